// The study's published numbers, computed again from its published data.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dlfix::eval {

/// A cell that comes out otherwise than printed.
struct Difference {
  std::string cell;
  std::string printed;
  std::string recomputed;
  std::string cause;  ///< tested on the data where it can be; says so where it is not known
};

/// A cell of which the study's computation is one thing and its definition another.
struct Correction {
  std::string cell;
  std::string printed;
  std::string corrected;
};

/// One table column, figure or sentence.
struct PublishedLine {
  std::string name;  ///< "Table 5 GPT-4"
  int equal = 0;
  int of = 0;
  std::vector<Difference> differences;
  std::vector<Correction> corrections;
  std::string not_recomputable;  ///< why; empty: it is
  std::string note;
};

/// Everything of Tables 4 to 14, Figures 2 to 5 and the text, in the paper's order. `directory` is
/// the study's data folder; printed numbers come from its paper_tables.json. What needs a file that
/// is not there becomes a line that says so.
/// Errors: support::EnvironmentError when paper_tables.json or faults.json is not there,
/// support::InputError naming the place of what is no data of the study.
std::vector<PublishedLine> recompute_published(const std::string& directory);

/// `{lines: [{name, equal, of, differences, corrections, not_recomputable, note}]}`.
nlohmann::json to_json(const std::vector<PublishedLine>& lines);

/// One line each, "Table 5 GPT-4: 66 of 66 cells equal"; what differs and what is corrected is
/// listed below it, indented.
std::string to_text(const std::vector<PublishedLine>& lines);

}  // namespace dlfix::eval
