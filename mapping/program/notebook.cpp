#include "mapping/program/notebook.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "mapping/program/line_diff.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

/// One line of the code: the bytes between its quotes, without the line feed's escape.
struct CodeLine {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t cell = 0;
};

/// Replaces bytes of the file.
struct ByteChange {
  std::size_t begin;
  std::size_t end;
  std::string text;
};

std::vector<CodeLine> code_lines(const json& entry, std::size_t size) {
  std::vector<CodeLine> lines;
  std::size_t last = 0;
  std::size_t cell = 0;
  for (const auto& one : entry.at("cells")) {
    for (const auto& range : one.at("lines")) {
      const CodeLine line{range.at(0).get<std::size_t>(), range.at(1).get<std::size_t>(), cell};
      if (line.begin < last || line.end < line.begin || line.end > size) {
        throw support::InputError("the notebook's lines are not where the program has them",
                                  "start again with the file as it is now");
      }
      last = line.end;
      lines.push_back(line);
    }
    ++cell;
  }
  return lines;
}

// A line of code as it stands between the quotes of a JSON string.
std::string quoted(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  const std::string text = json(line).dump(-1, ' ', false, json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);
}

class Writer {
 public:
  Writer(const json& entry, std::vector<CodeLine> lines)
      : entry_(entry), lines_(std::move(lines)) {}

  /// Lines [first, last) become `added`.
  void replace(std::size_t first, std::size_t last, const Lines& added) {
    std::size_t at = first;
    bool put = false;
    while (at < last) {
      std::size_t stop = at;
      while (stop < last && lines_[stop].cell == lines_[at].cell) ++stop;
      put ? remove(at, stop) : rewrite(at, stop, added);
      put = true;
      at = stop;
    }
    if (!put) insert(first, added);
  }

  std::vector<ByteChange> changes() && { return std::move(changes_); }

 private:
  std::string separator(std::size_t cell) const {
    return entry_.at("cells").at(cell).at("separator").get<std::string>();
  }

  std::string joined(const Lines& added, std::size_t cell) const {
    std::string text;
    for (std::size_t index = 0; index < added.size(); ++index) {
      if (index > 0) text += separator(cell);
      text += quoted(added[index]);
    }
    return text;
  }

  void rewrite(std::size_t first, std::size_t last, const Lines& added) {
    if (added.empty()) return remove(first, last);
    changes_.push_back(
        {lines_[first].begin, lines_[last - 1].end, joined(added, lines_[first].cell)});
  }

  void remove(std::size_t first, std::size_t last) {
    const bool more = last < lines_.size() && lines_[last].cell == lines_[first].cell;
    const bool before = first > 0 && lines_[first - 1].cell == lines_[first].cell;
    if (more) {
      changes_.push_back({lines_[first].begin, lines_[last].begin, ""});
    } else if (before) {
      changes_.push_back({lines_[first - 1].end, lines_[last - 1].end, ""});
    } else {
      changes_.push_back({lines_[first].begin, lines_[last - 1].end, ""});
    }
  }

  void insert(std::size_t at, const Lines& added) {
    if (lines_.empty()) {
      throw support::InputError("the notebook has no code cell to write into");
    }
    if (at < lines_.size()) {
      const std::size_t cell = lines_[at].cell;
      changes_.push_back(
          {lines_[at].begin, lines_[at].begin, joined(added, cell) + separator(cell)});
    } else {
      const CodeLine& last = lines_.back();
      changes_.push_back({last.end, last.end, separator(last.cell) + joined(added, last.cell)});
    }
  }

  const json& entry_;
  std::vector<CodeLine> lines_;
  std::vector<ByteChange> changes_;
};

}  // namespace

bool is_notebook(const std::string& path) { return path.ends_with(".ipynb"); }

std::string notebook_with_code(const std::string& raw, const json& entry, const std::string& code) {
  const std::string old_code = entry.at("code").get<std::string>();
  const Lines before = split_lines(old_code);
  const Lines after = split_lines(code);
  auto lines = code_lines(entry, raw.size());
  if (lines.size() != before.size()) {
    throw support::InputError("the notebook's code has other lines than its cells",
                              "start again with the file as it is now");
  }
  Writer writer(entry, std::move(lines));
  std::size_t old_line = 0;
  std::size_t new_line = 0;
  for (const auto& step : compare_lines(before, after)) {
    old_line += step.kept;
    new_line += step.kept;
    if (step.removed + step.added == 0) continue;
    writer.replace(old_line, old_line + step.removed,
                   Lines(after.begin() + new_line, after.begin() + new_line + step.added));
    old_line += step.removed;
    new_line += step.added;
  }
  std::string result;
  std::size_t done = 0;
  for (const auto& change : std::move(writer).changes()) {
    result.append(raw, done, change.begin - done).append(change.text);
    done = change.end;
  }
  return result.append(raw, done, std::string::npos);
}

}  // namespace dlfix::mapping
