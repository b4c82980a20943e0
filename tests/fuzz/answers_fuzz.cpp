// Any text as a model's numbered answers, mapped to findings.
#include <cstddef>
#include <cstdint>

#include "mapping/findings/mapper.h"

namespace {

dlfix::trainer::ModelSpec small_model() {
  dlfix::trainer::ModelSpec model;
  for (const char* const name : {"Conv2D", "Dense", "Activation", "Dropout", "Dense"}) {
    dlfix::trainer::LayerSpec layer;
    layer.class_name = name;
    layer.line = static_cast<int>(model.layers.size()) + 1;
    model.layers.push_back(layer);
  }
  return model;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto model = small_model();
  static const auto mapper = dlfix::mapping::make_rules_mapper();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reply = dlfix::mapping::map_reply(text, model, *mapper);
  if (reply.answers.size() != reply.list.answers.size()) __builtin_trap();
  for (const auto& answer : reply.answers) {
    if (answer.answer.begin > answer.answer.end || answer.answer.end > size) __builtin_trap();
    for (const auto& finding : answer.findings) {
      for (const int layer : finding.layers) {
        if (layer < 0 || layer >= static_cast<int>(model.layers.size())) __builtin_trap();
      }
    }
  }
  return 0;
}
