// A Keras program as read by the probe (mapping/probe/PROGRAM_JSON.md), typed.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::mapping {

/// 1-based line, 0-based column in Unicode characters.
struct Position {
  int line = 0;
  int column = 0;
  auto operator<=>(const Position&) const = default;
};

struct Span {
  std::string file;
  Position start;
  Position end;  ///< exclusive
  bool operator==(const Span&) const = default;
};

/// A statement of the program, quoted in messages.
struct SourceLine {
  std::string file;
  int line = 0;
  int end_line = 0;
  std::string text;
};

/// One value that a repair may change. Names follow the paper: act1, ki2, unit1, lr, ...
struct Hyperparameter {
  std::string name;
  std::string kind;          ///< activation, kernel_initializer, units, loss, learning_rate, ...
  std::optional<int> layer;  ///< Keras layer index, every layer counted from 0
  std::string attribute;
  nlohmann::json value;  ///< null: not known without running
  std::vector<std::string> fault_types;
  Span span;
  bool inserted = false;
  nlohmann::json edit;    ///< how a new value is written; see PROGRAM_JSON.md
  bool editable() const;  ///< false when edit.form is "none"
};

/// An initialiser that the program defines under a name of its own, `init = RandomNormal(0, 0.1)`.
struct OwnInitializer {
  std::string name;
  std::string text;      ///< how a layer's argument names it: `init`, or `init()` for a function
  nlohmann::json value;  ///< what it is, as layers carry it: {"class": "random_normal", ...}
  std::string file;
  int line = 0;
};

/// An array that the program hands to fit, evaluate or predict.
struct ProgramArray {
  std::string name;        ///< the expression in the call
  trainer::ArrayRef data;  ///< path absolute; empty after inspect
  std::vector<SourceLine> lines;
};

struct ProgramEvaluation {
  std::vector<ProgramArray> x;
  std::optional<ProgramArray> y;
  SourceLine line;
};

struct ProgramWarning {
  std::string message;
  std::string file;
  int line = 0;
};

/// A config assigns values to hyperparameter names; it may be partial.
using Config = std::map<std::string, nlohmann::json>;

struct Program {
  std::string path;
  std::string sha256;
  bool captured = false;
  std::string frontend;
  std::string profile;  ///< Keras profile hint: keras3, tf23, ...
  std::string profile_reason;
  std::string interpreter;
  std::string model_name;
  std::string model_kind;  ///< sequential or functional
  trainer::ModelSpec model;
  trainer::CompileSpec compile;
  trainer::FitSpec fit;
  std::vector<ProgramArray> x;
  std::optional<ProgramArray> y;
  std::optional<ProgramArray> sample_weight;
  std::optional<ProgramEvaluation> validation;
  std::vector<ProgramEvaluation> evaluations;
  std::vector<Hyperparameter> hyperparameters;
  std::vector<OwnInitializer> initializers;
  std::vector<std::string> unknown;
  std::vector<ProgramWarning> warnings;
  nlohmann::json document;  ///< the whole program.json

  /// nullptr when there is none of that name.
  const Hyperparameter* find(std::string_view name) const;
  /// By its exact name; nullptr when the program defines none of that name.
  const OwnInitializer* find_own_initializer(std::string_view own_name) const;
  /// The program's own values of all hyperparameters.
  Config config() const;
};

/// Reads program.json. `directory`: what array paths are relative to.
/// Errors: InputError on an unknown version or a missing field, naming it.
Program parse_program(const nlohmann::json& document, const std::string& directory);

/// What would be trained after the config's values are put in place of the program's.
struct ConfiguredProgram {
  trainer::ModelSpec model;
  trainer::CompileSpec compile;
  trainer::FitSpec fit;
  bool scale_inputs = false;  ///< `scale`: standardise features by the training rows
};

/// Applies `changes` to the program. Names that are not in `changes` keep their value.
/// Errors: InputError naming an unknown name or a value of the wrong type.
ConfiguredProgram apply_config(const Program& program, const Config& changes);

}  // namespace dlfix::mapping
