#include "eval/localisers/checks/check_facts.h"

#include <algorithm>
#include <cmath>

#include "eval/localisers/input_facts.h"

namespace dlfix::eval::checks {
namespace {

bool names_accuracy(const std::string& metric) {
  return metric == "acc" || metric.find("accuracy") != std::string::npos ||
         metric.find("Accuracy") != std::string::npos;
}

}  // namespace

std::int64_t Facts::width(const OutlineLayer& layer) const {
  for (const char* name : {"units", "filters"}) {
    const auto found = spec(layer).attributes.find(name);
    if (found != spec(layer).attributes.end() && found->is_number_integer()) {
      return found->get<std::int64_t>();
    }
  }
  return 0;
}

std::vector<const OutlineLayer*> Facts::hidden() const {
  std::vector<const OutlineLayer*> weighted;
  for (const OutlineLayer& layer : layers) {
    if (spec(layer).attributes.contains("units") || spec(layer).attributes.contains("filters")) {
      weighted.push_back(&layer);
    }
  }
  if (!weighted.empty()) weighted.pop_back();
  return weighted;
}

Facts facts_of(const mapping::Program& program) {
  Facts facts{program, model_facts(program), outline_of(program)};
  facts.rows = static_cast<double>(facts.model.training_rows);
  facts.batch = static_cast<double>(std::max<std::int64_t>(program.fit.batch_size, 1));
  facts.epochs = static_cast<double>(program.fit.epochs);
  facts.measures_accuracy = std::ranges::any_of(program.compile.metrics, names_accuracy);
  // Only what predicts a quantity is asked for its ranges: reading all images would take seconds.
  if (facts.is_captured() && is_quantity_loss(program.compile.loss) && !facts.measures_accuracy) {
    if (const auto ranges = data_ranges(program)) {
      facts.reach = Reach{std::max(std::fabs(ranges->x_min), std::fabs(ranges->x_max)),
                          ranges->y_min, ranges->y_max};
    }
  }
  return facts;
}

bool is_quantity_loss(const std::string& loss) {
  return loss.starts_with("mean_") || loss.starts_with("huber") || loss == "log_cosh" ||
         loss == "logcosh";
}

bool is_hinge(const std::string& loss) { return loss.find("hinge") != std::string::npos; }

RuleFinding finding(const char* rule, const char* type, std::vector<int> layers,
                    std::string message, std::string remedy) {
  RuleFinding finding;
  finding.tool = "checks";
  finding.rule = rule;
  finding.fault_type = type;
  finding.layers = std::move(layers);
  finding.message = std::move(message);
  finding.remedy = std::move(remedy);
  return finding;
}

}  // namespace dlfix::eval::checks
