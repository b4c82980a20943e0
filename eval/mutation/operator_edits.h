// How an operator's change is written: through a hyperparameter where there is one that can be
// edited, else on the layer or setting itself.
#pragma once

#include <string>

#include "eval/mutation/mutant.h"

namespace dlfix::eval {

/// Changes an attribute of a layer. `kind`: of the hyperparameter; `value`: as configs give it;
/// `raw`: as layers carry it.
void change_layer(const mapping::Program& program, int layer, const std::string& kind,
                  const std::string& attribute, const nlohmann::json& value,
                  const nlohmann::json& raw, Mutant& mutant);

/// Changes a setting of compile or fit; `setting` is one of TrainingEdit's and the kind of the
/// hyperparameter.
void change_training(const mapping::Program& program, const std::string& setting,
                     const nlohmann::json& value, Mutant& mutant);

/// Another optimiser with the parameters that are its defaults.
/// Errors: InputError for an unknown name.
void change_optimizer(const mapping::Program& program, const std::string& name, Mutant& mutant);

/// The layer's attribute; null: it has none of that name.
nlohmann::json attribute_of(const mapping::Program& program, int layer,
                            const std::string& attribute);

/// "l1", "l2", "l1_l2" with Keras's strengths. Errors: InputError for another name.
nlohmann::json regularizer_of(const std::string& name);

/// Rows that fit is given, validation rows included; 0: not captured.
std::int64_t given_rows(const mapping::Program& program);

}  // namespace dlfix::eval
