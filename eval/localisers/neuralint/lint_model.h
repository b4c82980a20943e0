// A program as NeuraLint sees it: a list of nodes, an inserted one for every activation argument,
// and the facts of the learner. Source: neuralint/neuralint (commit e27dacf), front end for
// scripts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eval/repairers/tool_reading.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

enum class LintKind : std::uint8_t {
  kConv,
  kMaxPool,
  kAveragePool,
  kBatchNorm,
  kFlatten,
  kReshape,
  kDense,
  kDropout,
  kActivator,
  kOther,  ///< a layer that the published tool skips; mended only
};

struct LintNode {
  LintKind kind = LintKind::kOther;
  int dimensions = 0;      ///< of convolutions and pooling: 1, 2, 3
  std::string activation;  ///< of an activator
  bool nonlinear = false;
  std::vector<std::int64_t> in, out;  ///< batch first; empty: not known
  std::vector<std::int64_t> kernel;   ///< or the pool
  std::int64_t size = 0;              ///< units or filters
  bool has_weights = false;
  bool constant_kernel = false;  ///< starts from one number everywhere
  bool has_bias = false;
  bool zero_bias = true;
  std::string bias;  ///< its initialiser as shown
  std::string kernel_initializer;
  int layer = 0;  ///< Keras index of the layer that it comes from

  bool learns() const { return kind == LintKind::kConv || kind == LintKind::kDense; }
  bool acts() const { return kind == LintKind::kActivator && nonlinear; }
};

struct LintModel {
  std::vector<LintNode> nodes;  ///< node n of the tool is nodes[n - 1]
  std::string loss;
  bool from_logits = false;
  std::optional<std::int64_t> label_width;  ///< nullopt: not known without running
  std::vector<std::string> not_applicable;  ///< why the published front end cannot read it
};

/// `sources`: path -> text of the program's files. With kMended explicit `linear` is no activation,
/// skipped layers stay in the list as kOther, objects and aliases are understood.
LintModel make_lint_model(const mapping::Program& program,
                          const std::map<std::string, std::string>& sources, ToolReading reading);

}  // namespace dlfix::eval
