// DeepCrime's mutation operators as pure functions of a program.
// Humbatova, Jahangirova, Tonella: DeepCrime: Mutation Testing of Deep Learning Systems Based on
// Real Faults, ISSTA 2021; public code dlfaults/deepcrime (commit f1f4c8b).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eval/mutation/mutant.h"

namespace dlfix::eval {

/// How the values of an operator are gone through.
enum class ValueSearch : std::uint8_t {
  kNone,        ///< there is one mutant
  kExhaustive,  ///< every value is a mutant of its own
  kBinary,      ///< values are ordered: the weakest that is killed is looked for
};

struct MutationOperator {
  std::string id;           ///< "ACH"
  std::string description;  ///< "change activation"
  ValueSearch search = ValueSearch::kNone;
  bool of_layers = false;  ///< one mutant a layer; else of the program
  bool of_data = false;    ///< changes training rows
};

/// The 24 operators that are published, in the order of their groups: data, training, activations,
/// regularisation, weights, loss, optimiser, validation.
const std::vector<MutationOperator>& mutation_operators();
/// Errors: InputError naming the operators.
const MutationOperator& mutation_operator(std::string_view id);

/// What one mutant is made with. `layer` and `value` are looked at where the operator has them.
struct MutationParameters {
  std::optional<int> layer =
      std::nullopt;  ///< Keras index, every layer counted from 0; 0 is a layer
  nlohmann::json value = nullptr;
};

/// The program with the operator's change. Values are those of mutation_values(): names as Keras's
/// or DeepCrime's, rates, counts, per cent for data operators. A value that the program has already
/// is no mutant. `why_not` says what does not apply.
/// - An optimiser is replaced by name, so that all its parameters are the new one's defaults.
/// - A regulariser has Keras's default strength, 0.01.
/// Errors: InputError for an unknown operator, a value of the wrong type or an unknown name.
MutationOutcome mutate(const mapping::Program& program, std::string_view id,
                       const MutationParameters& parameters = {});

/// Layers the operator applies to, in order; empty for operators of the program as a whole.
/// (The public code takes a given layer 0 for "all layers"; here it is layer 0.)
std::vector<int> mutable_layers(const mapping::Program& program, std::string_view id);

/// Every mutant of an operator without ordered values: one a layer and value.
/// Errors: InputError for an unknown operator or one with ordered values.
std::vector<Mutant> all_mutants(const mapping::Program& program, std::string_view id);

}  // namespace dlfix::eval
