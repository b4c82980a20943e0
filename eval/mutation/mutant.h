// A program with one fault put in, as changes of what is trained.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

/// An attribute of a layer that the program has no hyperparameter for.
struct LayerEdit {
  int layer = 0;  ///< Keras index
  std::string attribute;
  nlohmann::json value;
  bool operator==(const LayerEdit&) const = default;
};

/// A setting of compile or fit that the program has no hyperparameter for: loss, optimizer,
/// learning_rate, optimizer_options (an object that replaces all of them), batch_size, epochs,
/// patience (of every EarlyStopping), validation (null: none).
struct TrainingEdit {
  std::string setting;
  nlohmann::json value;
  bool operator==(const TrainingEdit&) const = default;
};

/// A change of the training rows; data_mutation.h makes it.
struct DataChange {
  std::string operation;  ///< TCL, TRD, TUD, TAN, TCO
  double percent = 0;
  bool operator==(const DataChange&) const = default;
};

struct Mutant {
  std::string operation;     ///< "ACH"; of several: "opt__lr"
  std::optional<int> layer;  ///< Keras index
  nlohmann::json value;      ///< null: the operator has none
  mapping::Config config;    ///< what hyperparameters reach, so that it is also an edit of source
  std::vector<LayerEdit> layers;
  std::vector<TrainingEdit> training;
  std::optional<DataChange> data;

  /// "ACH(2)=tanh", "HLR=0.001", "ARM(7)".
  std::string name() const;
};

/// A mutant, or why the operator does not apply.
struct MutationOutcome {
  std::optional<Mutant> mutant;
  std::string why_not;  ///< empty exactly when there is a mutant
};

struct MutatedProgram {
  mapping::ConfiguredProgram configured;
  bool without_validation = false;  ///< fit gets no validation rows
};

/// What would be trained; a DataChange is left to the caller, who has the arrays.
/// Errors: InputError of apply_config, and for an edit of a layer or setting that is not there.
MutatedProgram apply_mutant(const mapping::Program& program, const Mutant& mutant);

/// {"operation", "layer", "value", "config", "layers", "training", "data"}: what a stored training
/// set says of its mutants.
nlohmann::json to_json(const Mutant& mutant);
/// Errors: InputError naming what is missing or of another type.
Mutant mutant_from_json(const nlohmann::json& document);

}  // namespace dlfix::eval
