#include "mapping/catalogue/catalogue.h"

#include <algorithm>

#include "mapping/catalogue/fault_types_data.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

std::vector<FaultType> read_fault_types() {
  std::vector<FaultType> types;
  const json document = json::parse(fault_types_data());
  for (const auto& entry : document.at("fault_types")) {
    FaultType type;
    type.code = entry.at("code");
    type.name = entry.at("name");
    type.wording = entry.at("wording");
    type.change = entry.at("change");
    type.explanation = entry.at("explanation");
    type.kinds = entry.at("kinds").get<std::vector<std::string>>();
    type.repair_operator = entry.at("operator");
    types.push_back(std::move(type));
  }
  return types;
}

bool is_linear(const json& activation) {
  return activation.is_null() || activation == "linear" || activation == "None";
}

bool is_more(const json& from, const json& to) {
  return from.is_number() && to.is_number() && to.get<double>() > from.get<double>();
}

// Of the kinds that one type alone belongs to.
std::string only_type(const std::string& kind) {
  for (const auto& type : fault_types()) {
    if (std::find(type.kinds.begin(), type.kinds.end(), kind) != type.kinds.end()) {
      return type.code;
    }
  }
  return "";
}

}  // namespace

const std::vector<FaultType>& fault_types() {
  static const std::vector<FaultType> types = read_fault_types();
  return types;
}

const FaultType* find_fault_type(std::string_view code) {
  for (const auto& type : fault_types()) {
    if (type.code == code) return &type;
  }
  return nullptr;
}

std::string fault_type_for_change(const Hyperparameter& hp, const json& from, const json& to) {
  if (hp.kind == "activation") {
    if (is_linear(from) == is_linear(to)) return "ACH";
    return is_linear(from) ? "ARM" : "AAL";
  }
  if (hp.kind == "layer_repeat") return is_more(from, to) ? "LRM" : "LAD";
  return only_type(hp.kind);
}

std::string operator_for_change(const Hyperparameter& hp, const json& from, const json& to) {
  if (hp.kind == "activation") {
    if (is_linear(from) == is_linear(to)) return "ACH";
    return is_linear(to) ? "ARM" : "AAL";
  }
  if (hp.kind == "layer_repeat") return is_more(from, to) ? "LAD" : "LRM";
  const FaultType* type = find_fault_type(only_type(hp.kind));
  return type != nullptr && type->repair_operator ? type->code : "";
}

}  // namespace dlfix::mapping
