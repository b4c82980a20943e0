// Optimiser and learning rate.
#include <fmt/format.h>

#include <set>

#include "eval/localisers/checks/check_facts.h"
#include "eval/repairers/knowledge.h"

namespace dlfix::eval::checks {
namespace {

constexpr double kFewSteps = 1000;  // a larger rate may be meant to make up for them
constexpr double kMoreForFewSteps = 10;
constexpr double kShortWay = 20;           // of plain gradient descent: rate times steps
constexpr double kShortWayInEpochs = 0.2;  // rate times epochs, where rows are not known

// Step by step each weight moves by about the learning rate, whatever the gradient.
bool is_adaptive(const std::string& optimizer) {
  static const std::set<std::string> kAdaptive{"adam", "adamax", "adamw", "nadam", "rmsprop"};
  return kAdaptive.contains(optimizer);
}

bool writes_rate(const mapping::Program& program) {
  const auto* rate = program.find("lr");
  return rate != nullptr && !rate->inserted;
}

void check_rate(const Facts& facts, Findings& findings) {
  const auto& [name, rate] = std::pair(facts.model.optimizer, facts.model.learning_rate);
  const LearningRates usual = usual_learning_rates(name);
  const bool few = facts.is_captured() && facts.model.update_steps < kFewSteps;
  const bool high = rate > usual.high * (few ? kMoreForFewSteps : 1);
  const bool low = rate < usual.low;
  if (!high && !low) return;
  if (!writes_rate(facts.program)) {
    findings.push_back(finding(
        "K15", "OCH", {},
        fmt::format("{} with its default learning rate {:g} hardly moves the weights", name, rate),
        "use adam, or give it a rate"));
    return;
  }
  findings.push_back(finding(
      "K04", "HLR", {},
      fmt::format("a learning rate of {:g} is {} for {}", rate, high ? "high" : "low", name),
      fmt::format("rates from {:g} to {:g} are usual, {:g} is a good start", usual.low, usual.high,
                  usual.usual)));
}

void check_plain_descent(const Facts& facts, Findings& findings) {
  if (facts.model.optimizer != "sgd") return;
  if (facts.program.compile.optimizer.options.value("momentum", 0.0) > 0) return;
  // A rate below the usual or a single epoch is a fault of its own (K04, K05), not the optimiser's.
  const double rate = facts.model.learning_rate;
  if (rate < usual_learning_rates("sgd").low || facts.epochs <= 1) return;
  if (rate * facts.epochs >= kShortWayInEpochs) return;
  if (facts.is_captured() && rate * facts.model.update_steps >= kShortWay) return;
  findings.push_back(finding(
      "K09", "OCH", {},
      fmt::format("gradient descent without momentum gets nowhere in {:g} epochs at rate {:g}",
                  facts.epochs, rate),
      "use adam, or momentum"));
}

// Whether the weights can reach what the labels ask for: one linear layer has to multiply the
// largest input up to the largest label.
bool cannot_reach(const Facts& facts, double way) {
  if (!facts.reach || !facts.hidden().empty() || facts.reach->x_largest == 0) return false;
  const double largest = std::max(std::fabs(facts.reach->y_low), std::fabs(facts.reach->y_high));
  return 2 * way * facts.reach->x_largest < largest;  // the bias moves, too
}

void check_way(const Facts& facts, Findings& findings) {
  if (!facts.is_captured() || !is_adaptive(facts.model.optimizer)) return;
  const double way = facts.model.learning_rate * facts.model.update_steps;
  if (!cannot_reach(facts, way)) return;
  findings.push_back(
      finding("K14", "HLR", {},
              fmt::format("{:g} steps of {:g} move a weight by no more than about {:g}",
                          facts.model.update_steps, facts.model.learning_rate, way),
              "use a larger learning rate"));
}

}  // namespace

void check_optimizer(const Facts& facts, Findings& findings) {
  check_rate(facts, findings);
  check_plain_descent(facts, findings);
  check_way(facts, findings);
}

}  // namespace dlfix::eval::checks
