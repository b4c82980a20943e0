// Tables 5, 6 and 7: recall, precision and F3 of the localisers, before and after alternative
// ground truths.
#include <fmt/format.h>

#include "eval/published/averages.h"
#include "eval/published/cells.h"
#include "eval/published/families.h"

namespace dlfix::eval {
namespace {

constexpr int kDecimals = 2;

/// Scores of a tool in one table, by fault.
class Column {
 public:
  Column(const LocalisationData& data, const std::string& tool, bool alternatives)
      : data_(data), tool_(tool), alternatives_(alternatives) {}

  LocalisationScore score(const std::string& fl_id, Scores scores,
                          const MatchingRules& rules = {}) const {
    return alternatives_ ? data_.after(tool_, fl_id, scores, rules)
                         : data_.before(tool_, fl_id, scores, rules);
  }
  const std::string& tool() const { return tool_; }
  int table() const { return alternatives_ ? 6 : 5; }

 private:
  const LocalisationData& data_;
  std::string tool_;
  bool alternatives_;
};

std::optional<double> printed_cell(const StudyFolder& folder, int table, const std::string& id,
                                   const std::string& tool, const Measure& measure) {
  return printed_number(folder.row(table, id).at(tool).at(measure.name));
}

std::string layers_cause(const Column& column, const std::string& id, const Measure& measure,
                         std::optional<double> printed) {
  const MatchingRules ignored{.layers = MatchingRules::Layers::kIgnored};
  const double value = column.score(id, Scores::kPrinted, ignored).*measure.value;
  if (printed && round_half_up(value, kDecimals) == *printed)
    return "credited although the layers differ: equal when layers are not compared";
  return "";
}

PublishedLine column_line(const StudyFolder& folder, const Column& column) {
  Cells cells(fmt::format("Table {} {}", column.table(), column.tool()));
  for (const auto& id : localisation_ids(folder)) {
    const auto score = column.score(id, Scores::kPrinted);
    const auto corrected = column.score(id, Scores::kCorrected);
    for (const auto& measure : kMeasures) {
      const auto printed = printed_cell(folder, column.table(), id, column.tool(), measure);
      const std::string cell = id + " " + measure.name;
      cells.compare(cell, printed, score.*measure.value, kDecimals, [&] {
        return column.tool() == kGpt ? "" : layers_cause(column, id, measure, printed);
      });
      cells.correct(cell, printed, corrected.*measure.value, kDecimals);
    }
  }
  return cells.line();
}

std::optional<double> average_score(const StudyFolder& folder, const Column& column,
                                    const std::string& average, const Measure& measure,
                                    Scores scores) {
  return average_of(folder, average, [&](const std::string& id) -> std::optional<double> {
    const double value = column.score(id, scores).*measure.value;
    return scores == Scores::kPrinted ? round_half_up(value, kDecimals) : value;
  });
}

/// Whether the rows as printed explain an average that differs.
std::string average_cause(const StudyFolder& folder, int table, const std::string& average,
                          const std::string& tool, const Measure& measure,
                          std::optional<double> printed) {
  const auto of_rows = average_of(folder, average, [&](const std::string& id) {
    return printed_cell(folder, table, id, tool, measure);
  });
  if (!of_rows || !printed) return "";
  const double value = round_half_up(*of_rows, kDecimals);
  return value == *printed ? "follows from the printed rows, of which some differ"
                           : fmt::format("the printed rows of the column average {:.2f}", value);
}

PublishedLine averages_line(const StudyFolder& folder, const std::vector<Column>& columns) {
  const int table = columns.front().table();
  Cells cells(fmt::format("Table {} averages", table));
  for (const char* average : {kArtificialAverage, kRealAverage, kTotalAverage}) {
    for (const auto& column : columns) {
      for (const auto& measure : kMeasures) {
        const auto printed = printed_cell(folder, table, average, column.tool(), measure);
        const std::string cell = fmt::format("{} {} {}", average, column.tool(), measure.name);
        cells.compare(
            cell, printed, average_score(folder, column, average, measure, Scores::kPrinted),
            kDecimals,
            [&] { return average_cause(folder, table, average, column.tool(), measure, printed); });
        cells.correct(cell, printed,
                      average_score(folder, column, average, measure, Scores::kCorrected),
                      kDecimals);
      }
    }
  }
  return cells.line();
}

PublishedLine fault_counts_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Table 5 GT #F");
  const auto count = [&](const std::string& id) -> std::optional<double> {
    return static_cast<double>(data.listed_truth(kGpt, id).size());
  };
  for (const auto& row : folder.rows(5)) {
    const auto id = row.at("id").get<std::string>();
    const auto value = is_average(id) ? average_of(folder, id, count) : count(id);
    cells.compare(id, printed_number(row.at("n_gt")), value, kDecimals);
  }
  return cells.line();
}

/// Bold and underlined cells of Table 6: raised and lowered against Table 5.
PublishedLine marks_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Table 6 bold and underlined");
  for (const char* tool : kLocalisers) {
    const Column before(data, tool, false), after(data, tool, true);
    for (const auto& id : localisation_ids(folder)) {
      const auto& row = folder.row(6, id).at(tool);
      const auto was = before.score(id, Scores::kPrinted), is = after.score(id, Scores::kPrinted);
      for (const auto& measure : kMeasures) {
        const auto listed = [&](const char* marks) {
          const auto& list = row.at(marks);
          return std::find(list.begin(), list.end(), measure.name) != list.end();
        };
        const double a = round_half_up(was.*measure.value, kDecimals);
        const double b = round_half_up(is.*measure.value, kDecimals);
        const auto word = [](bool raised, bool lowered) {
          return std::string(raised ? "raised" : lowered ? "lowered" : "unmarked");
        };
        cells.compare_text(fmt::format("{} {} {}", id, tool, measure.name),
                           word(listed("raised"), listed("lowered")), word(b > a, b < a));
      }
    }
  }
  return cells.line();
}

PublishedLine summary_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Table 7");
  const std::map<std::string, std::string> averages{
      {"AF Avg.", kArtificialAverage}, {"RF Avg.", kRealAverage}, {"T.A.", kTotalAverage}};
  for (const auto& row : folder.rows(7)) {
    const bool after = row.at("when") == "after";
    const auto id = row.at("id").get<std::string>();
    const std::string& average = averages.at(id);
    for (const char* tool : kLocalisers) {
      const Column column(data, tool, after);
      for (const auto& measure : kMeasures) {
        const auto printed = printed_number(row.at(tool).at(measure.name));
        const std::string cell =
            fmt::format("{} {} {} {}", after ? "after" : "before", id, tool, measure.name);
        const auto value = average_score(folder, column, average, measure, Scores::kPrinted);
        cells.compare(cell, printed, value, kDecimals, [&]() -> std::string {
          const auto other = printed_cell(folder, column.table(), average, tool, measure);
          if (other == printed) return fmt::format("as in Table {}", column.table());
          return fmt::format("Table {} prints {}", column.table(), cell_text(other, kDecimals));
        });
        cells.correct(cell, printed,
                      average_score(folder, column, average, measure, Scores::kCorrected),
                      kDecimals);
      }
    }
  }
  return cells.line();
}

}  // namespace

Lines localisation_lines(const StudyFolder& folder, const LocalisationData& data) {
  Lines lines;
  for (const bool alternatives : {false, true}) {
    std::vector<Column> columns;
    for (const char* tool : kLocalisers) columns.emplace_back(data, tool, alternatives);
    for (const auto& column : columns) {
      lines.push_back(guarded(fmt::format("Table {} {}", column.table(), column.tool()),
                              [&] { return column_line(folder, column); }));
    }
    lines.push_back(guarded(fmt::format("Table {} averages", columns.front().table()),
                            [&] { return averages_line(folder, columns); }));
    if (!alternatives) lines.push_back(fault_counts_line(folder, data));
  }
  lines.push_back(guarded("Table 6 bold and underlined", [&] { return marks_line(folder, data); }));
  lines.push_back(guarded("Table 7", [&] { return summary_line(folder, data); }));
  return lines;
}

}  // namespace dlfix::eval
