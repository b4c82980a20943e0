// Loss, labels and last activation.
#include <set>

#include "eval/localisers/neuralint/node_queries.h"

namespace dlfix::eval::lint {
namespace {

bool is_regression_loss(const std::string& loss, ToolReading reading) {
  static const std::set<std::string> kPublished{"hinge", "huber_loss", "mean_squared_error",
                                                "mean_absolute_error"};
  static const std::set<std::string> kMended{"huber_loss",
                                             "mean_squared_error",
                                             "mean_absolute_error",
                                             "mean_absolute_percentage_error",
                                             "mean_squared_logarithmic_error",
                                             "log_cosh"};
  return (reading == ToolReading::kMended ? kMended : kPublished).contains(loss);
}

Places f008(const LintModel& m, ToolReading) {
  const LintNode& last = m.nodes.back();
  const bool softmax = is_kind(last, LintKind::kActivator) && last.activation == "softmax";
  return last_when(m, m.loss == "log_loss" && *m.label_width > 1 && !softmax);
}

Places f012(const LintModel& m, ToolReading) {
  const LintNode& last = m.nodes.back();
  const bool sigmoid = is_kind(last, LintKind::kActivator) && last.activation == "sigmoid";
  const bool binary = m.loss == "binary_crossentropy" || m.loss == "log_loss";
  return last_when(m, binary && !m.from_logits && *m.label_width == 1 && !sigmoid);
}

Places f017(const LintModel& m, ToolReading reading) {
  const LintNode& last = m.nodes.back();
  const bool softmax = is_kind(last, LintKind::kActivator) && last.activation == "softmax";
  // Mended: class ids are one column wide, too.
  const bool ids = reading == ToolReading::kMended && width_of(last) != 1;
  return last_when(m, softmax && *m.label_width == 1 && !ids);
}

Places f015(const LintModel& m, ToolReading reading) {
  const LintNode& last = m.nodes.back();
  if (!last.acts()) return {};
  if (reading == ToolReading::kMended && m.from_logits) return last_when(m, true);
  // Mended: sigmoid and tanh bound an output that may be meant to be bounded.
  const bool bounds = reading == ToolReading::kMended && last.activation != "softmax";
  return last_when(m, is_regression_loss(m.loss, reading) && !bounds);
}

Places f020(const LintModel& m, ToolReading) {
  const LintNode& last = m.nodes.back();
  if (!last.acts()) return {};
  const std::int64_t width = width_of(last);
  const bool binary =
      m.loss == "binary_crossentropy" && (last.activation != "sigmoid" || width != 1);
  const bool categorical =
      m.loss == "categorical_crossentropy" && (last.activation != "softmax" || width == 1);
  return last_when(m, binary || categorical);
}

}  // namespace

std::vector<LintRule> learner_rules() {
  const auto learner = LintSubject::kLearner;
  return {
      {"f007", learner, kMisuse, never}, {"f008", learner, kParameter, f008, true, true},
      {"f010", learner, kMisuse, never}, {"f012", learner, kParameter, f012, true, true},
      {"f015", learner, kMisuse, f015},  {"f017", learner, kParameter, f017, true, true},
      {"f020", learner, kMisuse, f020},  {"f022", learner, kMisuse, never},
  };
}

}  // namespace dlfix::eval::lint
