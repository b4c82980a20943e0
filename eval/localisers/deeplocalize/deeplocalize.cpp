#include "eval/localisers/deeplocalize/deeplocalize.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "eval/localisers/model_outline.h"

namespace dlfix::eval {
namespace {

constexpr int kWindow = 5;

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

/// One mean over the batches.
class Series {
 public:
  /// What is wrong with it after its `count`-th value; empty: nothing.
  std::string add(double value, int count, bool may_be_constant) {
    zeros_ += value == 0 ? 1 : 0;
    if (!std::isfinite(value)) return fmt::format("is {:g}", value);
    if (2 * zeros_ >= count) return "is exactly 0";
    return may_be_constant && is_constant(value, count) ? "does not change" : "";
  }

  /// Windows do not overlap.
  bool is_constant(double value, int count) {
    same_ = seen_ == 0 || (same_ && value == first_);
    if (seen_++ == 0) first_ = value;
    if (count % kWindow != 0) return false;
    const bool constant = same_ && seen_ == kWindow;
    seen_ = 0;
    return constant;
  }

 private:
  int zeros_ = 0;
  int seen_ = 0;
  double first_ = 0;
  bool same_ = true;
};

class Watch {
 public:
  explicit Watch(const mapping::Program& program)
      : program_(program), layers_(outline_of(program)) {}

  Localisation run(const std::vector<BatchObservation>& batches) {
    for (const BatchObservation& batch : batches) {
      ++count_;
      look_at(batch);
      if (done()) break;
    }
    if (!done()) {
      result_.not_checked.push_back(
          fmt::format("nothing was wrong in the first {} batches", batches.size()));
    }
    return std::move(result_);
  }

 private:
  bool done() const { return !result_.findings.empty(); }
  int last() const { return static_cast<int>(layers_.size()) - 1; }
  const std::string& name(int i) const { return layers_[static_cast<std::size_t>(i)].name; }
  bool is_dense(int i) const { return contains(name(i), "dense"); }

  void look_at(const BatchObservation& batch) {
    for (int i = 0; i <= last(); ++i) {
      look("L1", "output", i, batch.outputs, !contains(name(i), "flatten"));
    }
    for (int i = last(); i >= 0; --i) {
      if (batch.has_kernel[static_cast<std::size_t>(i)]) {
        look("L2", "weight", i, batch.kernels, is_dense(i));
      }
    }
    look_at_learning("loss", "L3", batch.loss);
    if (!std::isnan(batch.accuracy)) look_at_learning("accuracy", "L7", batch.accuracy);
    auto walked = static_cast<std::ptrdiff_t>(batch.gradients.size()) - 2;
    for (int i = last(); i >= 0; --i) {
      if (!is_dense(i)) continue;
      if (walked >= 0) {
        add("L5", "gradient", i, batch.gradients[static_cast<std::size_t>(walked)], true);
      }
      walked -= 2;
    }
    for (int i = last(); i >= 0; --i) {
      const auto& gradient = batch.output_gradients[static_cast<std::size_t>(i)];
      if (!gradient) continue;
      add("L6", "gradient of the output", i, *gradient, !contains(name(i), "flatten"));
    }
  }

  void look(const char* rule, const char* what, int i, const std::vector<double>& values,
            bool may_be_constant) {
    add(rule, what, i, values[static_cast<std::size_t>(i)], may_be_constant);
  }

  // After the first symptom the tool is gone.
  void add(const char* rule, const char* what, int i, double value, bool may_be_constant) {
    if (done()) return;
    const std::string wrong = series_[{rule, i}].add(value, count_, may_be_constant);
    if (wrong.empty()) return;
    const OutlineLayer& layer = layers_[static_cast<std::size_t>(i)];
    RuleFinding finding = finding_of(
        rule, fmt::format("{}: the mean {} {}", layer_words(program_, layer.index), what, wrong));
    finding.layers = {layer.index};
    result_.findings.push_back(std::move(finding));
  }

  void look_at_learning(const char* what, const char* invalid, double value) {
    if (done()) return;
    if (!std::isfinite(value)) {
      result_.findings.push_back(finding_of(invalid, fmt::format("the {} is {:g}", what, value)));
    } else if (series_[{invalid, -1}].is_constant(value, count_)) {
      RuleFinding finding =
          finding_of("L4", fmt::format("the model does not learn: the {} does not change", what));
      finding.fault_type = "HLR";
      finding.remedy = "change the learning rate";
      result_.findings.push_back(std::move(finding));
    }
  }

  RuleFinding finding_of(const char* rule, const std::string& what) const {
    RuleFinding finding;
    finding.tool = "deeplocalize";
    finding.rule = rule;
    finding.message = fmt::format("after batch {}: {}", count_, what);
    finding.remedy = "it names no fix";
    return finding;
  }

  const mapping::Program& program_;
  std::vector<OutlineLayer> layers_;
  std::map<std::pair<std::string, int>, Series> series_;
  int count_ = 0;
  Localisation result_;
};

}  // namespace

Localisation run_deeplocalize(const mapping::Program& program,
                              const std::vector<BatchObservation>& batches) {
  return Watch(program).run(batches);
}

}  // namespace dlfix::eval
