// The architecture as a whole.
#include "eval/localisers/neuralint/node_queries.h"

namespace dlfix::eval::lint {
namespace {

bool lacks_pool(const Nodes& nodes, std::size_t x, ToolReading reading) {
  if (!is_conv(nodes[x])) return false;
  // The published rules for one and three dimensions look for names that no Keras layer has.
  if (nodes[x].dimensions != 2 && reading != ToolReading::kMended) return true;
  return !any_later(nodes, x, [&](const LintNode& node) {
    const bool global = reading == ToolReading::kMended && is_kind(node, LintKind::kOther);
    return global || (is_pool(node) && node.dimensions == nodes[x].dimensions);
  });
}

Places f002(const LintModel& m, ToolReading reading) {
  return places_where(
      m.nodes, [&](const Nodes& nodes, std::size_t x) { return lacks_pool(nodes, x, reading); });
}

Places f027(const LintModel& m, ToolReading reading) {
  if (depth_of(m.nodes) < kDeep || !f002(m, reading).empty()) return {};
  return places_where(m.nodes, [](const Nodes& nodes, std::size_t x) {
    return is_conv(nodes[x]) && !any_later(nodes, x, [&](const LintNode& node) {
             return is_kind(node, LintKind::kMaxPool) && node.dimensions == nodes[x].dimensions;
           });
  });
}

}  // namespace

std::vector<LintRule> architecture_rules() {
  const auto architecture = LintSubject::kArchitecture;
  return {
      {"f002", architecture, kInefficient, f002},
      {"f027", architecture, kInefficient, f027},
  };
}

}  // namespace dlfix::eval::lint
