#include "eval/agreement/study_data.h"

#include <algorithm>

#include "eval/agreement/study_files.h"

namespace dlfix::eval {

using nlohmann::json;

bool Folds::is_left_out(const std::string& fault) const {
  for (std::size_t fold = 0; fold < faults.size(); ++fold) {
    if (std::ranges::count(faults[fold], fault) > 0) return fold == left_out;
  }
  return true;
}

Folds study_folds() {
  const json document = json::parse(folds_file());
  Folds folds;
  folds.faults = document.at("folds").get<std::vector<std::vector<std::string>>>();
  folds.left_out = document.at("left_out").get<std::size_t>() - 1;
  return folds;
}

trainer::ModelSpec study_model(const std::string& fault) {
  static const json document = json::parse(models_file());
  trainer::ModelSpec model;
  const json& models = document.at("models");
  if (!models.contains(fault)) return model;
  for (const auto& entry : models.at(fault)) {
    trainer::LayerSpec layer;
    layer.class_name = entry.at("class");
    layer.attributes = entry.value("attributes", json::object());
    model.layers.push_back(std::move(layer));
  }
  return model;
}

std::map<std::string, double> baseline_figures() {
  return json::parse(baseline_file()).at("figures").get<std::map<std::string, double>>();
}

}  // namespace dlfix::eval
