// The plan of a comparison, for --dry-run.
#include <fmt/format.h>

#include "agent/compare/compare.h"
#include "agent/output/terminal.h"

namespace dlfix::agent {

nlohmann::ordered_json to_json(const ComparePlan& plan) {
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  double trainings = 0, gflop = 0;
  for (const auto& line : plan.lines) {
    cells.push_back({{"program", line.program},
                     {"column", line.column},
                     {"trainings", line.trainings},
                     {"gflop", line.gflop},
                     {"shard", line.shard}});
    trainings += line.trainings;
    gflop += line.gflop;
  }
  return {{"cells", std::move(cells)},
          {"trainings", trainings},
          {"gflop", gflop},
          {"llm", plan.announcements},
          {"notes", plan.notes}};
}

std::string to_text(const ComparePlan& plan) {
  std::vector<std::vector<std::string>> rows = {
      {"program", "column", "trainings at most", "GFLOP", "shard"}};
  double trainings = 0, gflop = 0;
  for (const auto& line : plan.lines) {
    rows.push_back({line.program, line.column, fmt::format("{:.0f}", line.trainings),
                    fmt::format("{:.1f}", line.gflop), std::to_string(line.shard)});
    trainings += line.trainings;
    gflop += line.gflop;
  }
  std::string text = table(rows, "") +
                     fmt::format("\n{:.0f} trainings, {:.1f} GFLOP in all (trainings that the run "
                                 "store has are not done again)\n",
                                 trainings, gflop);
  for (const auto& sentence : plan.announcements) text += sentence + "\n";
  for (const auto& note : plan.notes) text += "note: " + note + "\n";
  return text;
}

}  // namespace dlfix::agent
