#include "eval/agreement/gold.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw support::EnvironmentError(path + ": cannot be read",
                                    "give the CSV file with the labelled answers");
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Column name -> index of the row.
class Columns {
 public:
  Columns(const std::string& path, const std::vector<std::string>& heading) {
    for (std::size_t index = 0; index < heading.size(); ++index) index_[heading[index]] = index;
    for (const char* const name : {"fl_id", "text", "FT", "specific", "FinalFT"}) {
      if (!index_.contains(name)) {
        throw support::InputError(path + ": line 1: there is no column " + name,
                                  "the columns fl_id, text, FT, specific and FinalFT are needed");
      }
    }
  }
  bool has(const std::string& name) const { return index_.contains(name); }
  std::string get(const std::vector<std::string>& row, const std::string& name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? "" : row[found->second];
  }

 private:
  std::map<std::string, std::size_t> index_;
};

std::optional<bool> read_specific(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  if (text == "Y") return true;
  if (text == "N") return false;
  return std::nullopt;
}

std::string letters(const std::string& text) {
  std::string result;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0) result += static_cast<char>(std::tolower(c));
  }
  return result;
}

GoldAnswer read_answer(const Columns& columns, const std::vector<std::string>& row, int line) {
  GoldAnswer answer;
  answer.fault = columns.get(row, "fl_id");
  if (columns.has("repetition"))
    answer.reply = columns.get(row, "author_id") + "/" + columns.get(row, "repetition");
  answer.text = columns.get(row, "text");
  answer.types = read_labels(columns.get(row, columns.has("FT_norm") ? "FT_norm" : "FT"));
  answer.final_types =
      read_labels(columns.get(row, columns.has("FinalFT_norm") ? "FinalFT_norm" : "FinalFT"));
  answer.specific = read_specific(columns.get(row, "specific"));
  answer.line = line;
  return answer;
}

}  // namespace

std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false;
  bool any = false;
  const auto end_row = [&] {
    if (!any) return;
    row.push_back(std::move(field));
    rows.push_back(std::move(row));
    row.clear();
    field.clear();
    any = false;
  };
  for (std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field += text[++at];
      } else {
        quoted = false;
      }
      continue;
    }
    if (c == '\n') {
      end_row();
      continue;
    }
    if (c == '\r') continue;
    any = true;
    if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      row.push_back(std::move(field));
      field.clear();
    } else {
      field += c;
    }
  }
  end_row();
  return rows;
}

LabelSet read_labels(std::string_view text) {
  LabelSet labels;
  std::string name;
  std::string number;
  std::set<int> layers;
  bool inside = false;
  const auto end_number = [&] {
    if (!number.empty() && number.size() < 6) layers.insert(std::stoi(number));
    number.clear();
  };
  const auto end_label = [&] {
    if (!name.empty()) labels[name].insert(layers.begin(), layers.end());
    name.clear();
    layers.clear();
  };
  for (const char c : text) {
    if (c == '|') {
      end_label();
    } else if (c == '(') {
      inside = true;
    } else if (c == ')') {
      end_number();
      inside = false;
    } else if (inside && c == ',') {
      end_number();
    } else if (inside && c >= '0' && c <= '9') {
      number += c;
    } else if (!inside && (std::isalnum(static_cast<unsigned char>(c)) != 0)) {
      name += c;
    }
  }
  end_label();
  return labels;
}

std::vector<GoldAnswer> read_gold(const std::string& path) {
  const auto rows = read_csv(read_file(path));
  if (rows.empty())
    throw support::InputError(path + ": the file is empty", "a heading and rows are needed");
  const Columns columns(path, rows.front());
  std::vector<GoldAnswer> answers;
  std::set<std::string> known;
  for (std::size_t index = 1; index < rows.size(); ++index) {
    if (rows[index].size() != rows.front().size()) {
      throw support::InputError(path + ": row " + std::to_string(index + 1) + " has " +
                                    std::to_string(rows[index].size()) + " fields, the heading " +
                                    std::to_string(rows.front().size()),
                                "quote fields that hold commas");
    }
    GoldAnswer answer = read_answer(columns, rows[index], static_cast<int>(index) + 1);
    if (!answer.reply.empty() &&
        !known.insert(answer.fault + "/" + answer.reply + "/" + letters(answer.text)).second) {
      continue;
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace dlfix::eval
