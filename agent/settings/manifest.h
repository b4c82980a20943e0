// The manifest beside a benchmark program: names, wording and profile that the study gave it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dlfix::agent {

/// What the prompts say of a program (data/benchmark/README.md, `wording`); empty: not said.
struct Wording {
  std::string task;
  std::string dataset;
  std::string goal;
};

/// manifest.json of data/benchmark; its README says what each field means.
struct Manifest {
  std::string file;
  std::string id;       ///< numbering of the study's repair part
  std::string fl_id;    ///< numbering of its localisation part
  std::string profile;  ///< `keras_profile`
  Wording repair;
  Wording localisation;
  nlohmann::json name_map;         ///< name to layer and attribute; null: none
  std::string fixed;               ///< path of the fixed program; empty: none
  std::string metric;              ///< what the study measured
  std::string data_kind;           ///< exact, sample, close, stand-in
  std::string dataset;             ///< of keras.datasets, or "generated"
  std::vector<std::string> names;  ///< hyperparameters in the order in which the study lists them
  bool redrawn = false;            ///< the study draws the data anew in every training
  /// The study's split of the evaluation rows; absent: not said.
  struct Split {
    double test_size = 0.2;
    std::uint32_t seed = 42;
  };
  std::optional<Split> split;
  /// Under which the published repair replies list the program: its subject, its question's number.
  std::vector<std::string> repair_subjects;
};

/// The manifest.json beside `program`, when it names that file as its faulty or fixed program;
/// nothing for every other program. Errors: InputError (such a manifest that cannot be read).
std::optional<Manifest> find_manifest(const std::string& program);

}  // namespace dlfix::agent
