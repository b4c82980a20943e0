#include "eval/localisers/umlaut/umlaut.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "eval/localisers/model_outline.h"

namespace dlfix::eval {
namespace {

constexpr double kHighDropout = 0.5;
constexpr float kHighRate = 0.01F;
constexpr float kLowRate = 1e-7F;
constexpr double kGoodAccuracy = 0.95;
constexpr double kAccuracyGap = 0.05;

bool is_regression(const std::string& loss) {
  return loss.starts_with("mean_") || loss.starts_with("huber") || loss == "log_cosh";
}

class Umlaut {
 public:
  Umlaut(const mapping::Program& program, const std::optional<UmlautTraining>& training,
         ToolReading reading)
      : program_(program), training_(training), reading_(reading), layers_(outline_of(program)) {}

  Localisation run() {
    if (layers_.empty()) return {};
    const bool softmax_last = names_softmax(layers_.back());
    missing_softmax(softmax_last);
    missing_activation(softmax_last);
    last_activation(softmax_last);
    high_dropout();
    learning_rate();
    if (training_) {
      if (training_->input) input_checks(*training_->input);
      epoch_checks();
    } else {
      result_.not_checked.push_back("H5-H8, H10, H11: nothing was trained");
    }
    return std::move(result_);
  }

 private:
  bool mended() const { return reading_ == ToolReading::kMended; }
  bool study() const { return reading_ == ToolReading::kStudy; }
  static bool names_softmax(const OutlineLayer& layer) {
    return layer.name.find("softmax") != std::string::npos;
  }

  RuleFinding& add(const char* rule, const char* type, std::vector<int> layers, std::string message,
                   std::string remedy) {
    RuleFinding finding;
    finding.tool = "umlaut";
    finding.rule = rule;
    finding.fault_type = type;
    finding.layers = std::move(layers);
    finding.message = std::move(message);
    finding.remedy = std::move(remedy);
    result_.findings.push_back(std::move(finding));
    return result_.findings.back();
  }

  void missing_softmax(bool softmax_last) {
    const OutlineLayer& last = layers_.back();
    const std::string& loss = program_.compile.loss;
    const std::string given =
        last.effective_activation.empty() ? "linear" : last.effective_activation;
    if (mended()) {
      const bool logits = program_.compile.loss_options.value("from_logits", false);
      const bool wants_softmax = is_categorical_loss(loss) && given != "softmax";
      const bool wants_sigmoid = loss == "binary_crossentropy" && given != "sigmoid";
      if (logits || (!wants_softmax && !wants_sigmoid)) return;
      add("H1", "ACH", {last.index},
          fmt::format("{}: {} gives no probabilities, which {} wants",
                      layer_words(program_, last.index), given, loss),
          wants_softmax ? "end in softmax" : "end in sigmoid");
      return;
    }
    // An object of a loss may say from_logits; its name alone does not.
    if (softmax_last || program_.compile.loss_options.value("from_logits", false)) return;
    RuleFinding& finding = add("H1", "ACH", {last.index}, "the model ends in no Softmax layer",
                               "add Softmax, or let the loss take logits");
    if (!study()) return;
    if (given == "softmax") finding.dropped = "the last activation is softmax already";
    if (is_regression(loss) && units_of(last) == 1)
      finding.dropped = "advice for classes, not for a quantity";
  }

  std::int64_t units_of(const OutlineLayer& layer) const {
    const auto& attributes =
        program_.model.layers[static_cast<std::size_t>(layer.index)].attributes;
    const auto units = attributes.find("units");
    return units != attributes.end() && units->is_number_integer() ? units->get<std::int64_t>() : 0;
  }

  void missing_activation(bool softmax_last) {
    std::vector<int> found;
    std::vector<int> followed;  // by an activation layer, which the public code does not see
    for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
      const OutlineLayer& layer = layers_[i];
      if (layer.activation != "linear") continue;
      if (softmax_last && i + 2 == layers_.size()) continue;
      const bool is_followed = layer.effective_activation != "linear";
      (is_followed && reading_ != ToolReading::kFaithful ? followed : found).push_back(layer.index);
    }
    const char* remedy = "give them a non-linear activation";
    if (!found.empty()) {
      add("H2", "ACH", found,
          fmt::format("{} no activation: {} and the next are one linear layer",
                      found.size() == 1 ? fmt::format("layer {} has", found[0])
                                        : fmt::format("layers {} have", fmt::join(found, ", ")),
                      found.size() == 1 ? "it" : "they"),
          remedy);
    }
    if (study() && !followed.empty()) {
      add("H2", "ACH", followed,
          fmt::format("layers {} have no activation of their own", fmt::join(followed, ", ")),
          remedy)
          .dropped = "an activation layer follows";
    }
  }

  void last_activation(bool softmax_last) {
    if (softmax_last && layers_.size() < 2) return;
    if (mended() && !softmax_last) return;
    const OutlineLayer& layer = softmax_last ? layers_[layers_.size() - 2] : layers_.back();
    if (layer.activation.empty() || layer.activation == "linear") return;
    RuleFinding& finding = add("H3", "ARM", {layer.index},
                               fmt::format("{}: {} stands before softmax",
                                           layer_words(program_, layer.index), layer.activation),
                               "take it away");
    if (study()) finding.dropped = "not counted by the study";
  }

  void high_dropout() {
    std::vector<int> found;
    for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
      if (layers_[i].class_name != "Dropout") continue;
      const auto& spec = program_.model.layers[static_cast<std::size_t>(layers_[i].index)];
      const auto rate = spec.attributes.find("rate");
      if (rate == spec.attributes.end() || !rate->is_number()) continue;
      if (rate->get<double>() > kHighDropout) found.push_back(layers_[i].index);
    }
    if (found.empty()) return;
    add("H4", "RCD", found,
        fmt::format("Dropout at {} hides more than half of what comes in", fmt::join(found, ", ")),
        "take a rate of 0.5 or less");
  }

  // The rate of an epoch as the framework has it, in single precision.
  void learning_rate() {
    std::vector<double> rates{program_.compile.optimizer.learning_rate};
    if (training_) {
      rates.clear();
      for (const auto& epoch : training_->epochs) rates.push_back(epoch.learning_rate);
    }
    for (std::size_t e = 0; e < rates.size(); ++e) {
      const auto rate = static_cast<float>(rates[e]);
      const bool high = rate > kHighRate;
      if (!high && !(rate < kLowRate)) continue;
      RuleFinding& finding =
          add("H9", "HLR", {},
              fmt::format("the learning rate {:g} is {}", rates[e], high ? "high" : "low"),
              "rates from 1e-5 to 0.01 are usual");
      if (training_) finding.epoch = static_cast<int>(e);
      return;
    }
  }

  void input_checks(const InputFacts& input) {
    const char* dropped = study() ? "the study's runs did not record the input" : "";
    const auto& shape = input.row_shape;
    if (shape.size() == 3 && shape[0] != shape[1]) {
      add("H5", "CPP", {},
          fmt::format("images of {} x {}: is the order of the dimensions right?", shape[0],
                      shape[1]),
          "feed rows, columns, channels")
          .dropped = dropped;
    }
    if (input.min < -1 || input.max > 1) {
      add("H6", "CPP", {}, fmt::format("inputs reach from {:g} to {:g}", input.min, input.max),
          "scale them to [-1, 1] or standardise them")
          .dropped = dropped;
    }
    const bool loss_is_nan = std::any_of(training_->epochs.begin(), training_->epochs.end(),
                                         [](const auto& epoch) { return std::isnan(epoch.loss); });
    if (loss_is_nan && input.has_nan) {
      add("H8", "CPP", {}, "the loss is NaN and so are some inputs", "remove or fill them")
          .dropped = dropped;
    }
  }

  void epoch_checks() {
    const auto& epochs = training_->epochs;
    for (std::size_t e = 1; e < epochs.size(); ++e) {
      // Comparisons with NaN are false: what was not measured is skipped.
      if (epochs[e].val_loss > epochs[e - 1].val_loss && epochs[e].loss <= epochs[e - 1].loss) {
        add_epoch("H10", e, "the loss falls and that of the validation rows rises: overfitting",
                  "stop earlier, or regularise", "overfitting warnings are left out");
        break;
      }
    }
    for (std::size_t e = 3; e < epochs.size(); ++e) {
      const double accuracy = epochs[e].val_metric;
      if (accuracy > kGoodAccuracy || accuracy - epochs[e].metric > kAccuracyGap) {
        add_epoch(
            "H11", e,
            fmt::format("an accuracy of {:.3f} on validation rows is suspiciously good", accuracy),
            "see whether training rows are among them", "treated like an overfitting warning");
        break;
      }
    }
  }

  void add_epoch(const char* rule, std::size_t epoch, std::string message, std::string remedy,
                 const char* dropped) {
    RuleFinding& finding = add(rule, "", {}, std::move(message), std::move(remedy));
    finding.epoch = static_cast<int>(epoch);
    if (study()) finding.dropped = dropped;
  }

  const mapping::Program& program_;
  const std::optional<UmlautTraining>& training_;
  ToolReading reading_;
  std::vector<OutlineLayer> layers_;
  Localisation result_;
};

}  // namespace

Localisation run_umlaut(const mapping::Program& program,
                        const std::optional<UmlautTraining>& training, ToolReading reading) {
  return Umlaut(program, training, reading).run();
}

}  // namespace dlfix::eval
