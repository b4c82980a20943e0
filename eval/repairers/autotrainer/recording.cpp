#include "eval/repairers/autotrainer/recording.h"

#include <string>

namespace dlfix::eval::autotrainer {
namespace {

using trainer::TraceTable;

constexpr std::string_view kGradients = "gradients/";
constexpr std::string_view kWeights = "weights/";

/// "gradients/3/kernel" of "gradients/3/kernel/norm"; empty for other columns.
std::string stem_of(const std::string& column, std::string_view kind) {
  const std::string_view ending = "/norm";
  if (!column.starts_with(kind) || !column.ends_with(ending)) return {};
  return column.substr(0, column.size() - ending.size());
}

/// One a tensor, in Keras's order.
std::vector<std::string> tensors(const TraceTable& table, std::string_view kind) {
  std::vector<std::string> stems;
  for (const std::string& name : table.names) {
    if (auto stem = stem_of(name, kind); !stem.empty()) stems.push_back(std::move(stem));
  }
  return stems;
}

std::vector<std::string> kernels(const std::vector<std::string>& gradients, KernelRule rule) {
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::string& name = gradients[i];
    const bool named = name.ends_with("kernel") || name.ends_with("embeddings");
    if (rule == KernelRule::kEverySecond ? i % 2 == 0 : named) chosen.push_back(name);
  }
  return chosen;
}

/// Numbers of the check in row `row`.
class CheckReader {
 public:
  CheckReader(const TraceTable& table, std::size_t row) : table_(table), row_(row) {}

  double number(const std::string& tensor, const char* statistic) const {
    return table_.column(tensor + "/" + statistic)[row_];
  }
  bool any_bad(const std::vector<std::string>& names) const {
    for (const std::string& tensor : names) {
      // NaN stands for numbers that could not be taken.
      if (!(number(tensor, "bad") == 0)) return true;
    }
    return false;
  }
  double zero_share(const std::vector<std::string>& names) const {
    double zeros = 0;
    double all = 0;
    for (const std::string& tensor : names) {
      const double count = number(tensor, "count");
      zeros += number(tensor, "zero") * count;
      all += count;
    }
    return all > 0 ? zeros / all : 0;
  }

 private:
  const TraceTable& table_;
  std::size_t row_;
};

}  // namespace

trainer::TraceSpec trace_spec() {
  trainer::TraceSpec spec;
  spec.weights = true;
  spec.gradients = true;
  spec.every_epochs = kCheckInterval;
  return spec;
}

History history_of(const trainer::TrainingResult& result) {
  History history;
  for (const trainer::EpochRecord& epoch : result.epochs) {
    history.loss.push_back(epoch.loss);
    history.accuracy.push_back(epoch.metric);
    history.validation_loss.push_back(epoch.val_loss);
    history.validation_accuracy.push_back(epoch.val_metric);
  }
  return history;
}

std::vector<GradientCheck> checks_of(const trainer::TrainingTrace& trace, KernelRule rule) {
  const TraceTable& table = trace.checks;
  const auto gradients = tensors(table, kGradients);
  const auto weights = tensors(table, kWeights);
  const auto kernel_names = kernels(gradients, rule);
  std::vector<GradientCheck> checks;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const CheckReader reader(table, row);
    GradientCheck check;
    check.epoch = static_cast<std::int64_t>(table.column("epoch")[row]);
    check.bad_gradient = reader.any_bad(gradients);
    check.bad_weight = reader.any_bad(weights);
    check.zero_share = reader.zero_share(gradients);
    if (!kernel_names.empty()) {
      check.first_norm = reader.number(kernel_names.front(), "norm");
      check.last_norm = reader.number(kernel_names.back(), "norm");
    }
    checks.push_back(check);
  }
  return checks;
}

}  // namespace dlfix::eval::autotrainer
