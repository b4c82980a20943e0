// Values of hyperparameters: checked and brought into one form.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mapping/program/program.h"

namespace dlfix::mapping {

/// `value` in the form that program.json gives for the hyperparameter: activation, loss and
/// optimiser by their names, initialisers by the name that the program defines for them, by Keras's
/// name when their parameters are the defaults and as an object otherwise, regularisers null or
/// {"class": "l1_l2", ...}, whole numbers as integers. Errors: InputError naming the
/// hyperparameter, the value and what is allowed.
nlohmann::json normal_value(const Program& program, const Hyperparameter& hyperparameter,
                            const nlohmann::json& value);

/// True when `value` is what the program has already; such values are never refused.
bool is_own_value(const Program& program, const Hyperparameter& hyperparameter,
                  const nlohmann::json& value);

/// The hyperparameters of `changes` whose value really differs from the program's, in normal form.
/// Errors: InputError on an unknown name (the nearest names are offered) or a bad value.
Config real_changes(const Program& program, const Config& changes);

/// An initialiser as layers carry it: {"class": "random_normal", "mean": 0.0, "stddev": 0.05}.
/// `value`: normal form (name, the program's or Keras's, or object).
nlohmann::json initializer_attribute(const Program& program, const nlohmann::json& value);

}  // namespace dlfix::mapping
