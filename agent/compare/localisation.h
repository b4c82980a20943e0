// Models and tools beside each other at localising faults: every reply scored against the known
// faults of a program, before and after alternative ground truths. Source: paper
// sections 5.3.4, 6.1 to 6.4, Tables 5 to 8, Figure 2.
#pragma once

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/localise/truth_scores.h"

namespace dlfix::agent {

struct LocalisedColumn {
  std::string column;
  TruthScores scores;
  double seconds = std::nan("");  ///< of a localiser that needs no model (Table 8); NaN: a model
  std::vector<std::string> notes;
};

struct LocalisedProgram {
  std::string name;
  std::string data_kind;
  std::string faults;            ///< the known ones: "ACH(7), HLR"
  std::size_t alternatives = 0;  ///< other ground truths
  std::vector<LocalisedColumn> columns;
};

struct Localisation {
  std::vector<std::string> columns;
  std::vector<int> techniques;  ///< of each column: its index among the comparison's columns
  std::vector<LocalisedProgram> programs;
};

/// A column over all its programs.
struct LocalisationSummary {
  int programs = 0;
  eval::LocalisationScore before, after;  ///< means over programs
  eval::Stability stability;              ///< over all replies (RQ2)
  double seconds = std::nan("");          ///< mean over programs; NaN: not measured
};

LocalisationSummary summarise_localisation(const Localisation& localisation,
                                           const std::string& column);
/// nullptr: it has no replies to this program.
const LocalisedColumn* localised_column(const LocalisedProgram& program, const std::string& column);

/// Without the seconds, which differ from run to run.
nlohmann::ordered_json to_json(const Localisation& localisation);
/// {column: {program: seconds}} of those that were measured.
nlohmann::ordered_json localisation_seconds(const Localisation& localisation);
std::string to_text(const Localisation& localisation);
/// One line a reply: program, column, temperature, labels, scores before and after.
std::string to_csv(const Localisation& localisation);
/// Tables and boxes for the page; empty without programs.
std::string localisation_section(const Localisation& localisation);

}  // namespace dlfix::agent
