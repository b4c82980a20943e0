// Single layers.
#include <fmt/format.h>

#include <set>

#include "eval/localisers/checks/check_facts.h"
#include "eval/repairers/knowledge.h"

namespace dlfix::eval::checks {
namespace {

constexpr double kStrongPenalty = 0.01;  // Keras's default strength
constexpr std::int64_t kManyOutputs = 5;

double strength(const nlohmann::json& penalty, const char* name) {
  const auto found = penalty.find(name);
  return found != penalty.end() && found->is_number() ? found->get<double>() : 0;
}

// L1 sums over all weights: at Keras's default strength it outweighs most losses.
bool is_strong(const nlohmann::json& penalty) {
  if (penalty.is_string()) {
    const auto name = penalty.get<std::string>();
    return name == "l1" || name == "l1_l2" || name == "L1" || name == "L1L2";
  }
  return penalty.is_object() &&
         (strength(penalty, "l1") >= kStrongPenalty || strength(penalty, "l2") > kStrongPenalty);
}

void check_penalty(const Facts& facts, const OutlineLayer& layer, Findings& findings) {
  const auto penalty = facts.spec(layer).attributes.find("kernel_regularizer");
  if (penalty == facts.spec(layer).attributes.end() || !is_strong(*penalty)) return;
  findings.push_back(finding("K10", "RAW", {layer.index},
                             fmt::format("{}: the penalty on its weights outweighs the loss",
                                         layer_words(facts.program, layer.index)),
                             "take it away, or use l2 of 1e-4 or less"));
}

void check_hidden_activations(const Facts& facts, Findings& findings) {
  static const std::set<std::string> kUnsuitable{"softmax", "exponential", "hard_sigmoid"};
  for (const OutlineLayer* layer : facts.hidden()) {
    const std::string& name = layer->effective_activation;
    if (!kUnsuitable.contains(name)) continue;
    findings.push_back(finding("K11", "ACH", {layer->index},
                               fmt::format("{}: {} in a hidden layer hinders learning",
                                           layer_words(facts.program, layer->index), name),
                               "use relu"));
  }
}

void check_bottlenecks(const Facts& facts, Findings& findings) {
  if (facts.model.output_units < kManyOutputs) return;
  for (const OutlineLayer* layer : facts.hidden()) {
    const std::int64_t width = facts.width(*layer);
    if (layer->class_name != "Dense" || width == 0 || width >= facts.model.output_units) continue;
    findings.push_back(finding(
        "K12", "LCN", {layer->index},
        fmt::format("{}: {} units before {} outputs are a bottleneck",
                    layer_words(facts.program, layer->index), width, facts.model.output_units),
        "give it more units"));
  }
}

}  // namespace

void check_layers(const Facts& facts, Findings& findings) {
  for (const OutlineLayer& layer : facts.layers) check_penalty(facts, layer, findings);
  check_hidden_activations(facts, findings);
  check_bottlenecks(facts, findings);
}

}  // namespace dlfix::eval::checks
