// Answers that people labelled by hand: the gold that mapping is measured against.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::eval {

/// Fault type -> the layers that the label names; empty: none named.
using LabelSet = std::map<std::string, std::set<int>>;

struct GoldAnswer {
  std::string fault;  ///< fl_id
  std::string reply;  ///< which reply it stands in; empty: not known
  std::string text;
  LabelSet types;                ///< FT
  LabelSet final_types;          ///< FinalFT: specific, and a fault
  std::optional<bool> specific;  ///< where it is Y or N
  int line = 0;                  ///< row of the file, the heading being 1
};

/// Reads "ACH(0,1)|HLR": parts between '|', layers in brackets. Blanks are ignored.
LabelSet read_labels(std::string_view text);

/// Reads a CSV file with the columns fl_id, text, FT, specific, FinalFT; FT_norm and FinalFT_norm
/// are used where present, author_id and repetition tell replies apart, further columns are
/// ignored. An answer that a reply repeats is kept once. Errors: InputError naming a column that is
/// missing or a row of another length, EnvironmentError when the file cannot be read.
std::vector<GoldAnswer> read_gold(const std::string& path);

/// Rows of RFC 4180 text: fields in double quotes may hold commas, quotes (doubled) and line feeds.
std::vector<std::vector<std::string>> read_csv(std::string_view text);

}  // namespace dlfix::eval
