#include "mapping/catalogue/catalogue.h"

#include <algorithm>

#include "mapping/catalogue/fault_types_data.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

const json& document() {
  static const json parsed = json::parse(fault_types_data());
  return parsed;
}

Specificity read_specificity(const std::string& word) {
  constexpr std::pair<std::string_view, Specificity> kWords[] = {
      {"always", Specificity::kAlways}, {"direction", Specificity::kDirection},
      {"praise", Specificity::kPraise}, {"concession", Specificity::kConcession},
      {"advice", Specificity::kAdvice}, {"never", Specificity::kNever}};
  for (const auto& [name, value] : kWords)
    if (word == name) return value;
  throw support::InputError("fault_types.json: specific: \"" + word + "\"",
                            "it is always, direction, praise, concession, advice or never");
}

void read_recognition(const json& entry, FaultType& type) {
  type.synonyms = entry.at("synonyms").get<std::vector<std::string>>();
  type.vocabulary = entry.at("vocabulary").get<std::map<std::string, std::vector<std::string>>>();
  type.specific = read_specificity(entry.at("specific"));
  for (const auto& cue : entry.at("cues")) type.cues.push_back({cue.at(0), cue.at(1)});
}

std::vector<FaultType> read_fault_types() {
  std::vector<FaultType> types;
  for (const auto& entry : document().at("fault_types")) {
    FaultType type;
    type.code = entry.at("code");
    type.name = entry.at("name");
    type.wording = entry.at("wording");
    type.change = entry.at("change");
    type.explanation = entry.at("explanation");
    type.kinds = entry.at("kinds").get<std::vector<std::string>>();
    type.repair_operator = entry.at("operator");
    read_recognition(entry, type);
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

const FaultType* fault_type_of(std::string_view vocabulary, std::string_view name) {
  for (const auto& type : fault_types()) {
    const auto names = type.vocabulary.find(std::string(vocabulary));
    if (names == type.vocabulary.end()) continue;
    if (std::find(names->second.begin(), names->second.end(), name) != names->second.end()) {
      return &type;
    }
  }
  return nullptr;
}

const std::vector<std::string>& sign_cues(const std::string& sign) {
  static const auto all =
      document().at("signs").get<std::map<std::string, std::vector<std::string>>>();
  static const std::vector<std::string> none;
  const auto found = all.find(sign);
  return found == all.end() ? none : found->second;
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
