// Tables 10 to 14: which faults of the ground truth each tool found.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "eval/published/averages.h"
#include "eval/published/cells.h"
#include "eval/published/families.h"

namespace dlfix::eval {
namespace {

constexpr int kAverageDecimals = 1;

std::vector<int> matches_of(const LocalisationData& data, const std::string& tool,
                            const std::string& id, const MatchingRules& rules = {}) {
  const auto found = found_faults(data.listed_truth(tool, id), data.listed_output(tool, id), rules);
  return {found.begin(), found.end()};
}

double count_of(const std::vector<int>& matches) {
  return static_cast<double>(std::ranges::count(matches, 1));
}

std::string matches_text(const std::vector<int>& matches) {
  return fmt::format("{}", fmt::join(matches, ", "));
}

std::string matches_cause(const LocalisationData& data, const std::string& tool,
                          const std::string& id, const std::vector<int>& printed) {
  if (printed.size() != data.listed_truth(tool, id).size())
    return "one number is printed for several faults";
  const MatchingRules ignored{.layers = MatchingRules::Layers::kIgnored};
  if (matches_of(data, tool, id, ignored) == printed)
    return "credited although the layers differ: equal when layers are not compared";
  return "";
}

/// The number underlined in print: no other tool finds more. The tables of the tools, which an
/// earlier paper printed first, leave GPT-4 out of the comparison.
bool is_best(const LocalisationData& data, const std::string& tool, const std::string& id) {
  const double own = count_of(matches_of(data, tool, id));
  return own > 0 && std::ranges::all_of(kLocalisers, [&](const std::string other) {
           return (other == kGpt && tool != kGpt) || count_of(matches_of(data, other, id)) <= own;
         });
}

PublishedLine findings_line(const StudyFolder& folder, const LocalisationData& data,
                            const std::string& tool) {
  const int table = table_of_tool(tool);
  Cells cells(fmt::format("Table {} {}", table, tool));
  for (const auto& id : localisation_ids(folder)) {
    const auto& row = folder.row(table, id);
    const auto matches = matches_of(data, tool, id);
    const auto printed = row.at("matches").get<std::vector<int>>();
    cells.compare(id + " #F", printed_number(row.at("n_gt")),
                  static_cast<double>(data.listed_truth(tool, id).size()), 0);
    cells.compare_text(id + " Matches-GT", matches_text(printed), matches_text(matches),
                       [&] { return matches_cause(data, tool, id, printed); });
    cells.compare(id + " #M", printed_number(row.at("n_matched")), count_of(matches), 0,
                  [&] { return matches_cause(data, tool, id, printed); });
  }
  for (const char* average : {kArtificialAverage, kRealAverage, kTotalAverage}) {
    const auto& row = folder.row(table, average);
    cells.compare(fmt::format("{} #F", average), printed_number(row.at("n_gt")),
                  average_of(folder, average,
                             [&](const std::string& id) -> std::optional<double> {
                               return static_cast<double>(data.listed_truth(tool, id).size());
                             }),
                  kAverageDecimals);
    cells.compare(fmt::format("{} #M", average), printed_number(row.at("n_matched")),
                  average_of(folder, average,
                             [&](const std::string& id) -> std::optional<double> {
                               return count_of(matches_of(data, tool, id));
                             }),
                  kAverageDecimals);
  }
  return cells.line();
}

PublishedLine underlines_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Tables 10-14 underlined");
  const auto word = [](bool best) { return std::string(best ? "underlined" : "plain"); };
  for (const char* tool : kLocalisers) {
    for (const auto& id : localisation_ids(folder)) {
      const auto& row = folder.row(table_of_tool(tool), id);
      cells.compare_text(fmt::format("{} {}", id, tool), word(row.at("best").get<bool>()),
                         word(is_best(data, tool, id)), [&]() -> std::string {
                           return is_best(data, tool, id) ? "no other tool finds more of its faults"
                                                          : "another tool finds more of its faults";
                         });
    }
  }
  cells.note("best of the four tools; for GPT-4, of all five");
  return cells.line();
}

FaultLabels sorted(FaultLabels labels) {
  std::ranges::sort(labels, {},
                    [](const auto& label) { return std::pair(label.type, label.layers); });
  return labels;
}

/// GPT-4's list of Table 14 is the most frequent one of its ten replies.
PublishedLine modes_line(const StudyFolder& folder, const LocalisationData& data) {
  Cells cells("Table 14 GPT-4-output");
  for (const auto& id : localisation_ids(folder)) {
    std::map<std::string, int> counts;
    for (const auto& reply : data.replies()) {
      if (reply.fl_id == id) ++counts[to_string(sorted(reply.labels))];
    }
    const std::string printed = to_string(sorted(data.listed_output(kGpt, id)));
    const auto most =
        std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    if (most == counts.end()) continue;
    // Among lists that are equally frequent, the printed one is as good.
    const bool ties = counts.contains(printed) && counts.at(printed) == most->second;
    cells.compare_text(id, printed, ties ? printed : most->first, [&] {
      return fmt::format("{} of the replies give the printed list, {} the other",
                         counts.contains(printed) ? counts.at(printed) : 0, most->second);
    });
  }
  return cells.line();
}

}  // namespace

Lines tool_lines(const StudyFolder& folder, const LocalisationData& data) {
  Lines lines;
  for (const char* tool : kLocalisers) lines.push_back(findings_line(folder, data, tool));
  lines.push_back(guarded("Table 14 GPT-4-output", [&] { return modes_line(folder, data); }));
  lines.push_back(underlines_line(folder, data));
  return lines;
}

}  // namespace dlfix::eval
