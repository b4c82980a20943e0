#include "eval/localisers/deepdiagnosis/deepdiagnosis.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "eval/localisers/model_outline.h"

namespace dlfix::eval {
namespace {

constexpr double kDeadShare = 0.7;
constexpr double kSaturatedShare = 0.5;
constexpr double kVanished = 1e-7;
constexpr double kLargestRatio = 0.1, kSmallestRatio = 1e-5;
constexpr double kPoorVariance = 1e-5, kWideVariance = 10;
constexpr double kWiderThanLabels = 10;
constexpr int kShortWindow = 5, kLongWindow = 20;

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

bool is_broken(double number) { return !std::isfinite(number) || number == 0; }

// A symptom before its fix is known.
struct Symptom {
  const char* rule;
  int place = -1;  ///< in the outline; -1: of the whole training
  std::string message;
};

class Diagnosis {
 public:
  Diagnosis(const mapping::Program& program, const DeepDiagnosisInput& input, ToolReading reading)
      : program_(program),
        input_(input),
        mended_(reading == ToolReading::kMended),
        study_(reading == ToolReading::kStudy),
        layers_(outline_of(program)) {
    for (const OutlineLayer& layer : layers_) names_.push_back(name_of(layer));
  }

  Localisation run() {
    for (e_ = 0; e_ < input_.epochs.size() && result_.findings.empty(); ++e_) {
      if (!mended_ && !check_weights()) break;
      check_epoch();
    }
    return std::move(result_);
  }

 private:
  const EpochObservation& now() const { return input_.epochs[e_]; }
  int last() const { return static_cast<int>(layers_.size()) - 1; }
  bool done() const { return !mended_ && !result_.findings.empty(); }
  bool is_dense(int i) const {
    return mended_ ? input_.epochs[0].layers[std::size_t(i)].has_kernel
                   : contains(names_[std::size_t(i)], "dense");
  }
  const std::string& name(int i) const { return names_[std::size_t(i)]; }
  const LayerObservation& seen(int i) const { return now().layers[std::size_t(i)]; }

  // A separate activation layer is known by its function, any other layer by its own name.
  std::string name_of(const OutlineLayer& layer) const {
    if (contains(layer.name, "activation")) return layer.activation;
    if (mended_ && layer.index == layers_.back().index && !layer.effective_activation.empty()) {
      return layer.effective_activation;
    }
    return layer.name;
  }

  // The function that works on a layer's output.
  std::string function_of(int i) const {
    return mended_ ? layers_[std::size_t(i)].activation : name(i);
  }

  // The public code unpacks kernel and bias; any other number of weights is a crash.
  bool check_weights() {
    std::map<int, int> tensors;
    for (const GradientTensor& gradient : now().gradients) ++tensors[gradient.layer];
    for (const auto& [layer, count] : tensors) {
      const std::string& class_name = program_.model.layers.at(std::size_t(layer)).class_name;
      if (count == 2 && class_name != "BatchNormalization") continue;
      result_.not_applicable.push_back(layer_words(program_, layer) +
                                       " does not have kernel and bias alone: the tool crashes");
      return false;
    }
    return true;
  }

  void check_epoch() {
    forward();
    if (!done()) unchanged_outputs();
    if (!done()) loss_and_accuracy();
    if (!done()) backward();
    if (!done()) unchanged_weights();
  }

  // S1-S4, layer by layer.
  void forward() {
    for (int i = 0; i <= last() && !done(); ++i) {
      if (i == last() && name(i) != "softmax" && e_ == 0 && out_of_range()) {
        report({"S1", i, "the outputs cannot be what the labels are"});
      }
      if (done()) return;
      if (is_broken(seen(i).output_mean)) {
        report({"S2", i, fmt::format("the mean output is {:g}", seen(i).output_mean)});
      }
      if (done()) return;
      const std::string function = function_of(i);
      const bool rectifies = function == "relu" || function == "exponential";
      if (rectifies && is_last_epoch() && seen(i).nonpositive >= kDeadShare) {
        report({"S3", i, fmt::format("{:.0f} % of the outputs are 0", 100 * seen(i).nonpositive)});
      }
      if (!done()) saturated(i);
    }
  }

  void saturated(int i) {
    if ((e_ + 1) % kShortWindow != 0 || i >= last()) return;
    const std::string& next = name(i + 1);
    if (next != "sigmoid" && next != "tanh") return;
    if (seen(i).saturated > kSaturatedShare) {
      report({"S4", i,
              fmt::format("{:.0f} % of what goes into {} lie beyond 5", 100 * seen(i).saturated,
                          next)});
    }
  }

  bool is_last_epoch() const { return static_cast<std::int64_t>(e_) == input_.planned_epochs - 1; }

  bool out_of_range() const {
    const std::string& t = name(last());
    const std::string& loss = program_.compile.loss;
    if (mended_) {
      const std::string& effective = layers_.back().effective_activation;
      return is_categorical_loss(loss) && effective != "softmax" &&
             !program_.compile.loss_options.value("from_logits", false);
    }
    double lower = -INFINITY;
    double upper = INFINITY;
    if (t == "sigmoid") lower = 0, upper = 1;
    if (t == "tanh") lower = -1, upper = 1;
    if (t == "elu") lower = -1;
    if (t == "relu") lower = 0;
    const bool plain = contains(t, "dense") || t == "linear";
    if ((plain || t == "relu") && is_categorical_loss(loss)) return true;
    const auto& out = seen(last());
    if (plain) {
      const double labels = input_.ranges.y_max - input_.ranges.y_min;
      return out.output_max - out.output_min > kWiderThanLabels * labels;
    }
    return input_.ranges.y_min < lower || input_.ranges.y_max > upper;
  }

  // The last `count` values of a series that ends with this epoch are one; windows do not overlap.
  template <class Value>
  bool constant(int count, Value value) const {
    const auto length = static_cast<std::size_t>(count);
    if ((e_ + 1) % length != 0) return false;
    const double first = value(input_.epochs[e_ + 1 - length]);
    for (std::size_t k = e_ + 2 - length; k <= e_; ++k) {
      if (!(value(input_.epochs[k]) == first)) return false;
    }
    return !std::isnan(first);
  }

  void unchanged_outputs() {
    for (int i = 0; i < last() && !done(); ++i) {
      if (contains(name(i), "flatten")) continue;
      const auto mean = [i](const EpochObservation& o) {
        return o.layers[std::size_t(i)].output_mean;
      };
      if (constant(kShortWindow, mean)) report({"S5", i, "the mean output does not change"});
    }
  }

  void loss_and_accuracy() {
    if (!std::isfinite(now().loss)) report({"S6", -1, fmt::format("the loss is {:g}", now().loss)});
    if (done()) return;
    if (constant(kShortWindow, [](const EpochObservation& o) { return o.loss; })) {
      report({"S7", -1, "the loss does not change"});
    }
    if (done() || std::isnan(now().accuracy)) return;
    if (now().accuracy == 0) report({"S8", -1, "the accuracy is 0"});
    if (done()) return;
    if (constant(kLongWindow, [](const EpochObservation& o) { return o.accuracy; })) {
      report({"S9", -1, "the accuracy does not change"});
    }
  }

  // The tensor that the tool takes for a layer's kernel: it walks over pairs of kernel and bias
  // from behind, dense layers alone.
  std::optional<std::size_t> gradient_of(int i, std::ptrdiff_t walked) const {
    if (mended_) return seen(i).kernel_gradient;
    if (walked < 0 || walked >= static_cast<std::ptrdiff_t>(now().gradients.size()))
      return std::nullopt;
    return static_cast<std::size_t>(walked);
  }

  void backward() {
    auto walked = static_cast<std::ptrdiff_t>(now().gradients.size()) - 2;
    for (int i = last(); i >= 0 && !done(); --i) {
      if (is_dense(i)) {
        if (const auto k = gradient_of(i, walked)) gradient_symptoms(i, now().gradients[*k]);
        walked -= 2;
      }
      if (done() || !seen(i).has_kernel) continue;
      if (is_broken(seen(i).kernel_mean)) {
        report({"S12", i, fmt::format("the mean weight is {:g}", seen(i).kernel_mean)});
      }
    }
  }

  void gradient_symptoms(int i, const GradientTensor& gradient) {
    if (is_broken(gradient.mean)) {
      report({"S10", i, fmt::format("the mean gradient is {:g}", gradient.mean)});
    }
    if (!done() && gradient.mean_abs < kVanished) {
      report(
          {"S11", i, fmt::format("the gradient vanishes: {:.1e} in the mean", gradient.mean_abs)});
    }
  }

  void unchanged_weights() {
    auto walked = static_cast<std::ptrdiff_t>(now().gradients.size()) - 2;
    for (int i = last(); i >= 0 && !done(); --i) {
      if (!is_dense(i)) continue;
      const auto k = gradient_of(i, walked);
      walked -= 2;
      if (k && constant(kShortWindow, [&](const auto& o) { return o.gradients[*k].mean; })) {
        report({"S13", i, "the gradient does not change"});
      }
      if (done()) return;
      const auto weight = [i](const auto& o) { return o.layers[std::size_t(i)].kernel_mean; };
      if (constant(kShortWindow, weight)) report({"S14", i, "the weights do not change"});
    }
  }

  // fixes
  // -------------------------------------------------------------------------------------------

  bool data_is_out() const { return input_.ranges.x_min < -1 || input_.ranges.x_max > 1; }

  // A learning rate that moves weights too far or not at all. The public code pairs layers with
  // gradient tensors by position and divides by the size of a mean.
  bool rate_is_off() const {
    const auto off = [](double ratio) { return ratio > kLargestRatio || ratio < kSmallestRatio; };
    const auto& gradients = now().gradients;
    for (std::size_t p = 0; p < layers_.size(); ++p) {
      const LayerObservation& layer = now().layers[p];
      if (!layer.has_kernel) continue;
      if (mended_) {
        if (!layer.kernel_gradient) continue;
        const double norm = gradients[*layer.kernel_gradient].norm;
        if (off(input_.learning_rate * norm / layer.kernel_norm)) return true;
      } else if (p < gradients.size()) {
        if (off(input_.learning_rate * gradients[p].norm / std::fabs(layer.kernel_mean)))
          return true;
      }
    }
    return false;
  }

  // The public code takes the variance of one number, which is never anything.
  bool weights_are_poor() const {
    if (!mended_) return false;
    for (const LayerObservation& layer : now().layers) {
      const double variance = layer.kernel_deviation * layer.kernel_deviation;
      if (layer.has_kernel && (variance < kPoorVariance || variance > kWideVariance)) return true;
    }
    return false;
  }

  struct Fix {
    std::string type;  ///< empty: no fix
    std::vector<int> places;
    std::vector<std::string> alternatives;
    std::string remedy;
  };

  Fix initialisation() const {
    return {"WCI", {}, {}, "initialise the weights anew, with another spread"};
  }
  Fix scaling() const { return {"CPP", {}, {}, "scale the inputs to [-1, 1]"}; }
  Fix rate() const { return {"HLR", {}, {}, "change the learning rate"}; }
  Fix optimiser() const { return {"OCH", {}, {}, "take another optimiser"}; }
  Fix activation(int place) const {
    const int known = std::min(place, last());  // the tool names a layer behind the last one, too
    return {"ACH", {known}, {}, "change the activation"};
  }

  // "ACH(3)".
  std::string with_layer(const char* type, int place) const {
    return fmt::format("{}({})", type, layers_[std::size_t(place)].index);
  }

  Fix fix_of(const Symptom& symptom) const {
    const std::string rule = symptom.rule;
    const int i = symptom.place;
    if (rule == "S1") return {"ACH", {last()}, {}, "end in softmax"};
    if (rule == "S2" || rule == "S12") {
      if (weights_are_poor()) return initialisation();
      if (data_is_out()) return scaling();
      return rate_is_off() ? rate() : activation(i + 1);
    }
    if (rule == "S3" || rule == "S4") {
      if (data_is_out()) return scaling();
      if (weights_are_poor()) return initialisation();
      if (rate_is_off()) return rate();
      return {"LRM", {}, {with_layer("AAL", i)}, "add dropout, or an activation that is missing"};
    }
    if (rule == "S5" || rule == "S13" || rule == "S14") {
      if (weights_are_poor()) return initialisation();
      return rate_is_off() ? rate() : optimiser();
    }
    if (rule == "S6" || rule == "S8") {
      if (contains(name(last()), "dense") || name(last()) == "linear") return activation(last());
      return rate_is_off() ? rate() : optimiser();
    }
    if (rule == "S7" || rule == "S9") {
      if (rule == "S7" && !mended_) return {};  // the public code crashes before it has a fix
      if (weights_are_poor()) return initialisation();
      if (data_is_out()) return scaling();
      return rate_is_off() ? rate() : optimiser();
    }
    if (rule == "S10") {
      if (i == last()) return {};
      if (i == last() - 1) {
        return {"LCH", {}, {with_layer("ACH", i + 1)}, "change the loss, or the last activation"};
      }
      return activation(i + 1);
    }
    if (rate_is_off()) return rate();  // S11
    return {"LRM",
            {},
            {"LAD", with_layer("ACH", i)},
            "add or take away a layer, or change the sigmoid activation"};
  }

  void report(const Symptom& symptom) {
    const Fix fix = fix_of(symptom);
    RuleFinding finding;
    finding.tool = "deepdiagnosis";
    finding.rule = symptom.rule;
    finding.fault_type = fix.type;
    finding.alternatives = fix.alternatives;
    finding.remedy = fix.remedy.empty() ? "it names no fix" : fix.remedy;
    finding.epoch = static_cast<int>(e_);
    const int place = !fix.places.empty() ? fix.places[0] : -1;
    if (place >= 0) finding.layers = {layers_[std::size_t(place)].index};
    const std::string where =
        symptom.place < 0 ? ""
                          : layer_words(program_, layers_[std::size_t(symptom.place)].index) + ": ";
    finding.message = fmt::format("after epoch {}: {}{}", e_ + 1, where, symptom.message);
    if (study_ && finding.rule == "S1" && layers_.back().effective_activation == "softmax") {
      finding.dropped = "the last activation is softmax already";
    }
    result_.findings.push_back(std::move(finding));
  }

  const mapping::Program& program_;
  const DeepDiagnosisInput& input_;
  bool mended_, study_;
  std::vector<OutlineLayer> layers_;
  std::vector<std::string> names_;
  std::size_t e_ = 0;
  Localisation result_;
};

}  // namespace

Localisation run_deepdiagnosis(const mapping::Program& program, const DeepDiagnosisInput& input,
                               ToolReading reading) {
  return Diagnosis(program, input, reading).run();
}

Localisation most_frequent(const std::vector<Localisation>& runs) {
  std::map<std::string, int> votes;
  for (const Localisation& run : runs) ++votes[to_string(labels_of(run))];
  const Localisation* best = &runs.at(0);
  for (const Localisation& run : runs) {
    if (votes[to_string(labels_of(run))] > votes[to_string(labels_of(*best))]) best = &run;
  }
  return *best;
}

}  // namespace dlfix::eval
