// Single layers and their neighbours.
#include "eval/localisers/neuralint/node_queries.h"

namespace dlfix::eval::lint {
namespace {

bool f003(const Nodes& nodes, std::size_t x) {
  if (!nodes[x].learns()) return false;
  int acts = 0;
  for (std::size_t i = x + 1; i < nodes.size() && !nodes[i].learns(); ++i) acts += nodes[i].acts();
  return acts >= 2;
}

bool f004(const Nodes& nodes, std::size_t x) {
  return nodes[x].has_weights && nodes[x].constant_kernel;
}

bool f005(const Nodes& nodes, std::size_t x) {
  return nodes[x].has_bias && any_behind(nodes, x, kNear, [](const LintNode& node) {
           return is_kind(node, LintKind::kBatchNorm);
         });
}

// The node behind dropout, an activator between them or not, is of a kind.
bool follows_dropout(const Nodes& nodes, std::size_t x, LintKind kind) {
  if (!is_kind(nodes[x], LintKind::kDropout) || x + 1 >= nodes.size()) return false;
  if (is_kind(nodes[x + 1], kind)) return true;
  return is_kind(nodes[x + 1], LintKind::kActivator) && x + 2 < nodes.size() &&
         is_kind(nodes[x + 2], kind);
}

bool f006(const Nodes& nodes, std::size_t x) {
  return follows_dropout(nodes, x, LintKind::kBatchNorm);
}
bool f018(const Nodes& nodes, std::size_t x) {
  return follows_dropout(nodes, x, LintKind::kMaxPool);
}

bool f009(const Nodes& nodes, std::size_t x) {
  if (!nodes[x].learns() || x + 1 == nodes.size()) return false;
  return !any_behind(nodes, x, kNear, [](const LintNode& node) { return node.acts(); });
}

bool f011(const Nodes& nodes, std::size_t x) {
  if (!is_conv(nodes[x]) && !is_pool(nodes[x])) return false;
  for (std::size_t d = x + 1; d <= x + kNear && d < nodes.size(); ++d) {
    if (!is_kind(nodes[d], LintKind::kDense)) continue;
    const bool flattened = [&] {
      for (std::size_t f = x + 1; f <= x + 2 && f < d; ++f) {
        const bool flat =
            is_kind(nodes[f], LintKind::kFlatten) || is_kind(nodes[f], LintKind::kReshape);
        if (flat && d - f <= 2) return true;
      }
      return false;
    }();
    const bool other = any_between(nodes, x, d, [](const LintNode& node) {
      return is_kind(node, LintKind::kOther);  // global pooling flattens, too; mended only
    });
    if (!flattened && !other) return true;
  }
  return false;
}

bool has_no_room(const LintNode& node) {
  return std::any_of(node.out.begin(), node.out.end(), [](std::int64_t d) { return d <= 0; });
}

bool exceeds(const std::vector<std::int64_t>& kernel, const std::vector<std::int64_t>& shape) {
  for (std::size_t i = 0; i < kernel.size() && i + 1 < shape.size(); ++i) {
    if (kernel[i] > shape[i + 1]) return true;
  }
  return false;
}

bool f013(const Nodes& nodes, std::size_t x) {
  const LintNode& node = nodes[x];
  if (is_kind(node, LintKind::kMaxPool)) {
    return x > 0 && has_no_room(node) && exceeds(node.kernel, nodes[x - 1].out);
  }
  if (!is_conv(node) || !exceeds(node.kernel, node.in)) return false;
  for (std::size_t p = x + 1; p < nodes.size() && !is_conv(nodes[p]); ++p) {
    const bool pool =
        is_kind(nodes[p], LintKind::kMaxPool) && nodes[p].dimensions == node.dimensions;
    if (pool && has_no_room(nodes[p])) return true;
  }
  return false;
}

bool f016(const Nodes& nodes, std::size_t x) {
  if (!is_conv(nodes[x])) return false;
  return any_later(nodes, x, [&](const LintNode& later) {
    if (!is_conv(later) || later.dimensions != nodes[x].dimensions) return false;
    for (std::size_t i = 0; i < std::min(later.kernel.size(), nodes[x].kernel.size()); ++i) {
      if (later.kernel[i] < nodes[x].kernel[i]) return true;
    }
    return false;
  });
}

bool f019(const Nodes& nodes, std::size_t x) {
  return is_kind(nodes[x], LintKind::kDense) && any_later(nodes, x, [&](const LintNode& later) {
           return is_kind(later, LintKind::kDense) && later.size > nodes[x].size;
         });
}

bool f023(const Nodes& nodes, std::size_t x) {
  return is_conv(nodes[x]) && any_later(nodes, x, [&](const LintNode& later) {
           return is_conv(later) && later.size < nodes[x].size;
         });
}

bool f024(const Nodes& nodes, std::size_t x) { return nodes[x].has_bias && !nodes[x].zero_bias; }

// A block of a deep network that ends in max pooling after one convolution only.
bool f025(const Nodes& nodes, std::size_t x) {
  if (depth_of(nodes) < kDeep || !is_conv(nodes[x])) return false;
  if ((x >= 1 && is_conv(nodes[x - 1])) || (x >= 2 && is_conv(nodes[x - 2]))) return false;
  for (std::size_t p = x + 2; p + 1 < nodes.size(); ++p) {
    if (!is_kind(nodes[p], LintKind::kMaxPool) || nodes[p].dimensions != nodes[x].dimensions)
      continue;
    if (any_between(nodes, x, p, is_conv)) break;
    const bool between = any_between(nodes, x, p, [](const LintNode& node) {
      return is_kind(node, LintKind::kActivator) || is_kind(node, LintKind::kDropout) ||
             is_kind(node, LintKind::kBatchNorm);
    });
    const LintNode& next = nodes[p + 1];
    if (between && !is_kind(next, LintKind::kDense) && !is_kind(next, LintKind::kFlatten))
      return true;
  }
  return false;
}

// Convolutions of a deep network that differ from one another; off.
bool f026(const Nodes& nodes, std::size_t x) {
  if (depth_of(nodes) < kDeep || !is_conv(nodes[x]) || nodes[x].dimensions != 2) return false;
  for (std::size_t y = x + 1; y < nodes.size(); ++y) {
    if (!is_conv(nodes[y]) || nodes[y].dimensions != 2) continue;
    const bool differs = nodes[y].kernel != nodes[x].kernel || nodes[y].size != nodes[x].size;
    const bool followed = any_later(nodes, y, [](const LintNode& node) {
      return is_conv(node) || is_pool(node) || is_kind(node, LintKind::kDense) ||
             is_kind(node, LintKind::kFlatten);
    });
    if (differs && followed) return true;
  }
  return false;
}

using Matches = std::function<Places(const LintModel&, ToolReading)>;

Matches each(bool (*matches)(const Nodes&, std::size_t)) {
  return
      [matches](const LintModel& model, ToolReading) { return places_where(model.nodes, matches); };
}

}  // namespace

std::vector<LintRule> layer_rules() {
  const auto layer = LintSubject::kLayer;
  return {
      {"f001", layer, kUnaligned, never},        {"f003", layer, kParameter, each(f003)},
      {"f004", layer, kParameter, each(f004)},   {"f005", layer, kInefficient, each(f005)},
      {"f006", layer, kInefficient, each(f006)}, {"f009", layer, kParameter, each(f009)},
      {"f011", layer, kUnaligned, each(f011)},   {"f013", layer, kUnaligned, each(f013)},
      {"f014", layer, kUnaligned, never},        {"f016", layer, kInefficient, each(f016)},
      {"f018", layer, kInefficient, each(f018)}, {"f019", layer, kInefficient, each(f019)},
      {"f021", layer, kUnaligned, never},        {"f023", layer, kInefficient, each(f023)},
      {"f024", layer, kParameter, each(f024)},   {"f025", layer, kInefficient, each(f025)},
      {"f026", layer, kInefficient, each(f026)},
  };
}

}  // namespace dlfix::eval::lint
