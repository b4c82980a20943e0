#include "agent/workflows/metric_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "trainer/spec/training.h"
#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::agent {
namespace {

bool is_known(const std::string& metric) {
  const auto names = trainer::metric_names();
  return std::find(names.begin(), names.end(), metric) != names.end();
}

}  // namespace

MetricChoice choose_metric(const mapping::Program& program, eval::ProblemKind problem,
                           const std::string& asked) {
  if (!asked.empty()) {
    if (is_known(asked)) return {asked, ""};
    const std::string near = support::nearest(asked, trainer::metric_names());
    throw support::InputError(
        fmt::format("--metric {}: is not a metric that can be measured", asked),
        near.empty() ? "take accuracy, f1, auc, loss or mae"
                     : fmt::format("did you mean {}?", near));
  }
  const bool numbers = problem == eval::ProblemKind::kRegression;
  for (const std::string& metric : program.compile.metrics) {
    if (is_known(metric) && metric != "loss" && trainer::higher_is_better(metric) != numbers) {
      return {metric, ""};
    }
  }
  const std::string fitting = numbers ? "mae" : "accuracy";
  if (program.compile.metrics.empty()) return {fitting, ""};
  return {fitting,
          fmt::format("the labels are {}: measured by {}, not by the program's {}",
                      numbers ? "numbers" : "classes", fitting, program.compile.metrics.front())};
}

}  // namespace dlfix::agent
