// What the checks ask of a program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/localisers/model_outline.h"
#include "eval/localisers/rule_finding.h"
#include "eval/repairers/model_facts.h"
#include "mapping/program/program.h"

namespace dlfix::eval::checks {

/// Ranges of captured inputs and labels.
struct Reach {
  double x_largest = 0;  ///< largest absolute input
  double y_low = 0, y_high = 0;
};

struct Facts {
  const mapping::Program& program;
  ModelFacts model;
  std::vector<OutlineLayer> layers;
  double rows = 0;    ///< of training; 0: not known
  double batch = 32;  ///< rows
  double epochs = 1;
  bool measures_accuracy = false;             ///< among the metrics of compile
  std::optional<Reach> reach = std::nullopt;  ///< of captured regressions

  bool is_captured() const { return rows > 0; }
  const OutlineLayer& output() const { return layers.back(); }
  /// The layer that holds the last activation, as outline_of sees it.
  int output_layer() const { return layers.back().index; }
  const trainer::LayerSpec& spec(const OutlineLayer& layer) const {
    return program.model.layers[static_cast<std::size_t>(layer.index)];
  }
  /// Units or filters; 0: it has none or they are not known.
  std::int64_t width(const OutlineLayer& layer) const;
  /// Layers with weights and an activation of their own but the output, in order.
  std::vector<const OutlineLayer*> hidden() const;
};

/// Requires: the program has layers.
Facts facts_of(const mapping::Program& program);

/// Losses for quantities: squared, absolute and their kin.
bool is_quantity_loss(const std::string& loss);
bool is_hinge(const std::string& loss);

RuleFinding finding(const char* rule, const char* type, std::vector<int> layers,
                    std::string message, std::string remedy);

using Findings = std::vector<RuleFinding>;

/// K01-K03, K13: output, loss and labels.
void check_output(const Facts& facts, Findings& findings);
/// K04, K09, K14, K15: optimiser and learning rate.
void check_optimizer(const Facts& facts, Findings& findings);
/// K05-K08: epochs and batches.
void check_schedule(const Facts& facts, Findings& findings);
/// K10-K12: single layers.
void check_layers(const Facts& facts, Findings& findings);

}  // namespace dlfix::eval::checks
