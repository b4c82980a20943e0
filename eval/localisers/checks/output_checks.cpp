// Output, loss and labels.
#include <fmt/format.h>

#include "eval/localisers/checks/check_facts.h"

namespace dlfix::eval::checks {
namespace {

/// What an activation can give at most and at least; nullopt: everything, or not known.
std::optional<std::pair<double, double>> range_of(const std::string& activation) {
  if (activation == "sigmoid" || activation == "softmax" || activation == "hard_sigmoid") {
    return std::pair(0.0, 1.0);
  }
  if (activation == "tanh" || activation == "softsign") return std::pair(-1.0, 1.0);
  if (activation == "relu" || activation == "softplus") return std::pair(0.0, HUGE_VAL);
  return std::nullopt;
}

}  // namespace

void check_output(const Facts& facts, Findings& findings) {
  const std::string& activation = facts.model.output_activation;
  const std::string& loss = facts.model.loss;
  const int layer = facts.output_layer();
  const bool one_unit = facts.model.output_units == 1;
  if (one_unit && activation == "softmax") {
    findings.push_back(finding("K01", "ACH", {layer}, "softmax over a single unit is always 1",
                               "use sigmoid, or one unit a class"));
  } else if (one_unit && is_categorical_loss(loss)) {
    findings.push_back(finding("K02", "LCH", {},
                               fmt::format("{} compares classes and there is one output", loss),
                               "use binary_crossentropy, or one unit a class"));
  }
  const bool classifies = facts.measures_accuracy || activation == "softmax";
  if (classifies && (is_quantity_loss(loss) || is_hinge(loss)) && loss != "categorical_hinge") {
    findings.push_back(finding(
        "K03", "LCH", {},
        fmt::format("the program tells classes apart and {} does not compare probabilities", loss),
        "use categorical_crossentropy, or binary_crossentropy for one unit"));
  }
  const auto range = range_of(activation);
  if (facts.reach && range &&
      (facts.reach->y_low < range->first || facts.reach->y_high > range->second)) {
    findings.push_back(finding("K13", "ACH", {layer},
                               fmt::format("labels reach from {:g} to {:g}, which {} cannot give",
                                           facts.reach->y_low, facts.reach->y_high, activation),
                               "end in a linear layer, or scale the labels"));
  }
}

}  // namespace dlfix::eval::checks
