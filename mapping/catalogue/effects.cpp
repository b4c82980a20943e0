#include "mapping/catalogue/effects.h"

#include "mapping/program/keras_names.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

/// One change, with what its sentence may depend on.
struct Change {
  const Program& program;
  const Hyperparameter& hp;
  const json& from;
  const json& to;

  bool grows() const {
    return from.is_number() && to.is_number() && to.get<double>() > from.get<double>();
  }
};

std::string name_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_object() ? value.value("class", "") : "";
}

// Whether the layer's values are the model's output: no numbered layer follows.
bool is_output(const Change& change) {
  if (!change.hp.layer) return false;
  const auto& layers = change.program.model.layers;
  for (std::size_t index = *change.hp.layer + 1; index < layers.size(); ++index) {
    if (is_numbered_layer(layers[index].class_name)) return false;
  }
  return true;
}

// Units of the layer, or of the numbered layer before an Activation layer; 0: not known.
std::int64_t units(const Change& change) {
  const auto& layers = change.program.model.layers;
  for (int index = change.hp.layer.value_or(-1); index >= 0; --index) {
    if (index >= static_cast<int>(layers.size())) return 0;
    const json& attributes = layers[index].attributes;
    if (attributes.contains("units") && attributes["units"].is_number_integer()) {
      return attributes["units"].get<std::int64_t>();
    }
    if (is_numbered_layer(layers[index].class_name)) return 0;
  }
  return 0;
}

std::string output_activation(const Change& change, const std::string& from) {
  if (from == "softmax" && units(change) == 1) {
    return "the output activation softmax on a single unit always gives 1, so {layer} can say "
           "nothing; {to} can";
  }
  if (from == "softmax") {
    return "softmax makes the outputs of {layer} compete for a sum of 1, which these labels do "
           "not; {to} suits them";
  }
  if (from == "linear") {
    return "the output of {layer} had no activation, so that it is no probability; {to} makes it "
           "what the loss and the labels expect";
  }
  if (from == "relu")
    return "relu cuts the output of {layer} off at 0 and then passes no gradient; {to} does not";
  if (from == "sigmoid" || from == "tanh" || from == "hard_sigmoid") {
    return "{from} keeps the output of {layer} inside a narrow range; {to} fits the labels";
  }
  return "the output activation {from} of {layer} does not fit the labels; {to} does";
}

std::string activation(const Change& change) {
  const std::string from = name_of(change.from).empty() ? "linear" : name_of(change.from);
  if (is_output(change)) return output_activation(change, from);
  if (from == "linear") {
    return "without an activation {layer} is a linear map and adds nothing to the next one; {to} "
           "lets it bend";
  }
  if (name_of(change.to) == "linear" || change.to.is_null()) {
    return "the activation {from} of {layer} throws away what the next layer needs; without it the "
           "values pass";
  }
  if (from == "sigmoid" || from == "tanh" || from == "hard_sigmoid" || from == "softsign") {
    return "{from} in {layer} saturates and lets gradients vanish; {to} passes them on";
  }
  if (from == "relu")
    return "units of {layer} die under relu, they give 0 and learn no more; {to} keeps them alive";
  if (from == "softmax")
    return "softmax in {layer} squeezes its units into a sum of 1; {to} lets each speak for itself";
  return "the activation {from} of {layer} hinders learning; {to} does not";
}

std::string initializer(const Change& change) {
  std::string from = name_of(change.from);
  if (const auto* own = change.program.find_own_initializer(from)) from = name_of(own->value);
  if (from == "zeros" || from == "ones" || from == "constant") {
    return "weights of {layer} that all start from the same value ({from}) stay alike, its units "
           "learn one and the same thing; {to} tells them apart";
  }
  return "weights of {layer} drawn by {from} start at an unsuitable size; {to} lets signals and "
         "gradients pass";
}

std::string loss(const Change& change) {
  const std::string from = name_of(change.from);
  const bool regression_loss = from.starts_with("mean_");
  const bool entropy_before = from.find("crossentropy") != std::string::npos;
  const bool entropy_after = name_of(change.to).find("crossentropy") != std::string::npos;
  if (regression_loss && entropy_after) {
    return "{from} hardly punishes confident wrong classes, its gradients fade; {to} is made for "
           "classes";
  }
  if (entropy_before && !entropy_after)
    return "{from} compares probabilities, the labels are quantities; {to} measures the distance";
  if (entropy_before)
    return "{from} expects other labels or outputs than this model has; {to} fits them";
  return "the loss {from} does not measure what the model is to learn; {to} does";
}

std::string rate(const Change& change) {
  if (change.hp.kind == "momentum") {
    return change.grows() ? "training stalls on flat ground; {to} carries it on"
                          : "training shoots past the minimum; {to} slows it down";
  }
  return change.grows()
             ? "the steps are too small to arrive within the epochs; {to} gets there"
             : "the steps are so large that training jumps over the minimum; {to} settles";
}

std::string regularisation(const Change& change) {
  if (change.hp.kind == "batch_normalization") {
    return "values that go into {layer} are brought to one scale by batch normalisation, which "
           "steadies training";
  }
  if (change.hp.kind == "dropout_insert") {
    return "a dropout of {to} behind {layer} keeps the model from learning the training rows by "
           "heart";
  }
  if (change.to.is_null())
    return "the penalty {from} on the weights of {layer} kept it from learning";
  return "a penalty on the weights of {layer}, {to} instead of {from}, changes how far the model "
         "bends to single rows";
}

}  // namespace

std::string effect(const Program& program, const Hyperparameter& hp, const json& from,
                   const json& to) {
  const Change change{program, hp, from, to};
  const bool grows = change.grows();
  if (hp.kind == "activation") return activation(change);
  if (hp.kind == "kernel_initializer") return initializer(change);
  if (hp.kind == "loss") return loss(change);
  if (hp.kind == "learning_rate" || hp.kind == "momentum") return rate(change);
  if (hp.kind == "batch_size") {
    return grows ? "make each step's direction less noisy" : "give more steps in an epoch";
  }
  if (hp.kind == "epochs") {
    return grows ? "end the training long before it has settled; {to} let it finish"
                 : "are more than needed; {to} are enough and cost less";
  }
  if (hp.kind == "units") {
    return grows ? "are too few to hold what is to be learned; {to} are enough"
                 : "are more than needed; {to} learn as well and overfit less";
  }
  if (hp.kind == "dropout_rate") {
    return grows ? "the model no longer learns the training rows by heart"
                 : "more of the signal arrives";
  }
  return regularisation(change);
}

}  // namespace dlfix::mapping
