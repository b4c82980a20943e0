// The catalogue of fault types: what they are called, what changes repair them, how a change is
// explained. One data file, fault_types.json, is built into the library.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::mapping {

/// A phrase that points to a fault type (mapping/findings/cues.h), and how strongly. Below 0: it
/// speaks against the type.
struct WeightedCue {
  double weight = 0;
  std::string pattern;
};

/// When an answer of the type names a change that could be made.
enum class Specificity {
  kAlways,      ///< naming the fault names the change: "no validation set"
  kDirection,   ///< when it says which way: "too low", "more layers"
  kPraise,      ///< unless it calls the choice a good one and names nothing better
  kConcession,  ///< unless it says that this is not necessarily a problem
  kAdvice,      ///< unless it is about tuning in general
  kNever,
};

/// A fault type of the study (Table 1) or of the labels its authors added.
struct FaultType {
  std::string code;                ///< HLR, ACH, ...
  std::string name;                ///< "Wrong learning rate"
  std::string wording;             ///< a plain sentence for users
  std::string change;              ///< the repair, with {from}, {to}, {layer}, {what}
  std::string explanation;         ///< why the repair helps, with slots
  std::vector<std::string> kinds;  ///< hyperparameter kinds whose change repairs it
  bool repair_operator = false;    ///< one of the twelve of section 5.3.1
  std::vector<std::string> synonyms;
  /// Names of the same fault elsewhere: "deepcrime" -> mutation operators, "deepfd" -> labels.
  std::map<std::string, std::vector<std::string>> vocabulary;
  Specificity specific = Specificity::kDirection;
  std::vector<WeightedCue> cues;
};

/// All fault types, in the order of the data file.
const std::vector<FaultType>& fault_types();

/// nullptr: there is none of that code.
const FaultType* find_fault_type(std::string_view code);

/// The type that a name of another vocabulary stands for: ("deepfd", "lr") -> HLR. nullptr: none.
const FaultType* fault_type_of(std::string_view vocabulary, std::string_view name);

/// Cues about how something is said, whatever it is about: "vague", "direction", "praise", ... An
/// unknown name has none.
const std::vector<std::string>& sign_cues(const std::string& sign);

/// The fault that a program has when changing the hyperparameter `from` -> `to` repairs it, as the
/// study labels it (Tables 1 to 3 and 10): an activation that was missing (linear) is ARM, one that
/// was redundant (becomes linear) AAL, else ACH; a layer that must be there more often is missing
/// (LRM), one that must be there less often redundant (LAD). Empty: no type belongs to the kind.
std::string fault_type_for_change(const Hyperparameter& hyperparameter, const nlohmann::json& from,
                                  const nlohmann::json& to);

/// The repair operator that makes the change, by what it does to the program: ARM removes an
/// activation (to linear), AAL adds one (from linear), LAD adds a layer, LRM removes one; all
/// others as fault_type_for_change. Empty: none of the twelve operators makes it.
std::string operator_for_change(const Hyperparameter& hyperparameter, const nlohmann::json& from,
                                const nlohmann::json& to);

/// One plain sentence that says what was changed where and why it helps, such as "line 12: the
/// activation of Dense layer 3 (softmax on a single unit) always gives 1; sigmoid ...".
std::string explain_change(const Program& program, const Hyperparameter& hyperparameter,
                           const nlohmann::json& from, const nlohmann::json& to);

/// The change that repairs a fault of this type, in words: "change the learning rate from 1.0 to
/// 0.001". `to` is a value, or "increase" or "decrease" where only the way is known; null: the
/// type's own wording of what is wrong.
std::string propose_change(const Program& program, const FaultType& type,
                           const Hyperparameter& hyperparameter, const nlohmann::json& to);

}  // namespace dlfix::mapping
