#include "eval/truths/graph_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace dlfix::eval {
namespace {

constexpr double kColumn = 230, kRow = 17, kMargin = 24, kRadius = 5, kLegend = 46;

std::string_view colour_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::kFaulty:
      return "#d62728";
    case NodeKind::kNeutral:
      return "#9a9a9a";
    case NodeKind::kTruth:
      return "#2ca02c";
    case NodeKind::kBetter:
      break;
  }
  return "#1f77b4";
}

std::string value_text(const nlohmann::json& value) {
  if (value.is_null()) return "None";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The one change that leads from a node's parent to it: "lr=0.01".
std::string step_text(const NeutralityNode& parent, const NeutralityNode& node) {
  for (std::size_t i = 0; i < node.config.size(); ++i) {
    const auto& [name, value] = node.config[i];
    if (value != parent.config[i].second) return fmt::format("{}={}", name, value_text(value));
  }
  return "";
}

std::string escaped(std::string_view text, bool markup) {
  std::string safe;
  for (const char c : text) {
    if (markup && c == '<') {
      safe += "&lt;";
    } else if (markup && c == '>') {
      safe += "&gt;";
    } else if (markup && c == '&') {
      safe += "&amp;";
    } else if (c == '"' || (!markup && c == '\\')) {
      safe += markup ? "&quot;" : std::string("\\") + c;
    } else {
      safe += c;
    }
  }
  return safe;
}

/// Nodes by number, the root among them.
std::map<int, const NeutralityNode*> nodes_of(const NeutralityGraph& graph) {
  std::map<int, const NeutralityNode*> nodes{{graph.root.id, &graph.root}};
  for (const auto& node : graph.nodes) nodes[node.id] = &node;
  return nodes;
}

struct Place {
  double x = 0, y = 0;
};

/// Leaves below each other, parents in the middle of their children.
class Layout {
 public:
  explicit Layout(const NeutralityGraph& graph) {
    for (const auto& node : graph.nodes) children_[node.parent].push_back(node.id);
    place(graph.root.id, 0);
  }
  const Place& of(int node) const { return places_.at(node); }
  double width() const { return width_ + kColumn; }
  double height() const { return std::max(next_, kRow) + kRow; }

 private:
  // Depth is small: no published graph is deeper than four.
  double place(int node, int depth) {
    const double x = depth * kColumn;
    width_ = std::max(width_, x);
    const auto children = children_.find(node);
    double y = next_;
    if (children == children_.end()) {
      next_ += kRow;
    } else {
      double first = 0, last = 0;
      for (std::size_t i = 0; i < children->second.size(); ++i) {
        last = place(children->second[i], depth + 1);
        if (i == 0) first = last;
      }
      y = (first + last) / 2;
    }
    places_[node] = {x, y};
    return y;
  }

  std::map<int, std::vector<int>> children_;
  std::map<int, Place> places_;
  double next_ = kRow, width_ = 0;
};

std::string edge_svg(const Place& from, const Place& to) {
  const double middle = (from.x + to.x) / 2;
  return fmt::format(R"(<path d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}"/>)",
                     from.x, from.y, middle, from.y, middle, to.y, to.x, to.y);
}

std::string tooltip(const NeutralityResult& result, const NeutralityNode& node, NodeKind kind) {
  std::string text = fmt::format("{}: {}", node.id, to_string(kind));
  for (const auto& [name, value] : changes_of(result, node))
    text += fmt::format("\n{}={}", name, value_text(value));
  text += fmt::format("\n{} {:.4f}", result.metric, node.fitness);
  if (const auto confirmed = is_confirmed(result, node.id))
    text += *confirmed ? "\nconfirmed on final rows" : "\nnot confirmed on final rows";
  return escaped(text, true);
}

std::string node_svg(const NeutralityResult& result, const NeutralityNode& node,
                     const std::string& label, const Place& place) {
  const NodeKind kind = kind_of_node(node, result.fix.values, result.higher_is_better);
  return fmt::format(R"(<g><circle cx="{0:.1f}" cy="{1:.1f}" r="{2}" fill="{3}"/>)"
                     R"(<text x="{4:.1f}" y="{5:.1f}">{6}</text><title>{7}</title></g>)"
                     "\n",
                     place.x, place.y, kRadius, colour_of(kind), place.x + kRadius + 3, place.y + 4,
                     escaped(label, true), tooltip(result, node, kind));
}

std::string legend_svg(const NeutralityResult& result) {
  constexpr std::array kKinds{NodeKind::kFaulty, NodeKind::kNeutral, NodeKind::kTruth,
                              NodeKind::kBetter};
  std::string text;
  double x = kRadius;
  for (const NodeKind kind : kKinds) {
    const std::string name(kind == NodeKind::kNeutral ? "better than its parent alone"
                                                      : to_string(kind));
    text += fmt::format(
        R"(<circle cx="{:.0f}" cy="8" r="{}" fill="{}"/><text x="{:.0f}" y="12">{}</text>)", x,
        kRadius, colour_of(kind), x + 9, name);
    x += 30 + 7.0 * static_cast<double>(name.size());
  }
  return text + fmt::format(R"(<text x="0" y="30">known fix {}: {} {:.4f}</text>)",
                            escaped(result.fix.name, true), result.metric,
                            node_fitness(result.fix.values, result.scores));
}

}  // namespace

std::string to_dot(const NeutralityResult& result) {
  const auto nodes = nodes_of(result.graph);
  std::string text = "digraph neutrality {\n  rankdir=LR;\n  node [shape=circle, style=filled];\n";
  text +=
      fmt::format("  fix [label=\"{}\\n{:.4f}\", fillcolor=black, fontcolor=white];\n",
                  escaped(result.fix.name, false), node_fitness(result.fix.values, result.scores));
  for (const auto& [id, node] : nodes) {
    const NodeKind kind = kind_of_node(*node, result.fix.values, result.higher_is_better);
    text += fmt::format("  n{0} [label=\"{0}\\n{1:.4f}\", fillcolor=\"{2}\"];\n", id, node->fitness,
                        colour_of(kind));
  }
  for (const auto& node : result.graph.nodes)
    text += fmt::format("  n{} -> n{} [label=\"{}\"];\n", node.parent, node.id,
                        escaped(step_text(*nodes.at(node.parent), node), false));
  return text + "}\n";
}

std::string to_svg(const NeutralityResult& result) {
  const auto nodes = nodes_of(result.graph);
  const Layout layout(result.graph);
  std::string edges, marks;
  for (const auto& node : result.graph.nodes)
    edges += edge_svg(layout.of(node.parent), layout.of(node.id));
  for (const auto& [id, node] : nodes) {
    const std::string step =
        node->parent < 0 ? std::string("as written") : step_text(*nodes.at(node->parent), *node);
    marks +=
        node_svg(result, *node, fmt::format("{} ({:.3f})", step, node->fitness), layout.of(id));
  }
  const double width = std::max(layout.width(), 620.0) + 2 * kMargin;
  const double height = layout.height() + kLegend + 2 * kMargin;
  return fmt::format(
             R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" )"
             R"(role="img" aria-label="neutrality graph" font-family="sans-serif" font-size="12" fill="currentColor">)"
             "\n",
             width, height) +
         fmt::format("<g transform=\"translate({0},{0})\">{1}</g>\n", kMargin, legend_svg(result)) +
         fmt::format(
             "<g transform=\"translate({},{})\">\n<g fill=\"none\" stroke=\"#888\" "
             "stroke-opacity=\"0.6\">{}</g>\n{}</g>\n</svg>\n",
             kMargin, kMargin + kLegend, edges, marks);
}

}  // namespace dlfix::eval
