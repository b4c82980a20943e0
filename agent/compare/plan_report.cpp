// The plan of a comparison, for --dry-run.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agent/compare/compare.h"
#include "agent/output/progress.h"
#include "agent/output/terminal.h"

namespace dlfix::agent {
namespace {

using nlohmann::ordered_json;

/// Adds up; not known as soon as a part is not.
void add_known(std::optional<double>& sum, const std::optional<double>& part) {
  if (!part) sum.reset();
  if (sum) *sum += *part;
}

struct PlanTotals {
  double trainings = 0, gflop = 0;
  std::optional<double> least = 0.0, most = 0.0, usd = 0.0;
  std::int64_t requests = 0, tokens = 0;
  void add(const ComparePlan::Line& line) {
    trainings += line.trainings;
    gflop += line.gflop;
    requests += line.requests;
    tokens += line.tokens;
    add_known(least, line.least_seconds);
    add_known(most, line.most_seconds);
    add_known(usd, line.usd);
  }
};

ordered_json hours_json(const std::optional<double>& least, const std::optional<double>& most) {
  if (!least || !most) return nullptr;
  return {*least / 3600, *most / 3600};
}

ordered_json totals_json(const PlanTotals& totals) {
  return {{"trainings", totals.trainings},
          {"gflop", totals.gflop},
          {"hours", hours_json(totals.least, totals.most)},
          {"requests", totals.requests},
          {"tokens", totals.tokens},
          {"usd", totals.usd ? ordered_json(*totals.usd) : ordered_json()}};
}

std::string time_words(const std::optional<double>& least, const std::optional<double>& most) {
  if (!least || !most) return "not known";
  const std::string from = duration_words(*least), to = duration_words(*most);
  return from == to ? from : from + " to " + to;
}

std::string usd_words(const std::optional<double>& usd) {
  return usd ? fmt::format("{:.2f}", *usd) : "not known";
}

std::map<int, PlanTotals> totals_by_shard(const ComparePlan& plan) {
  std::map<int, PlanTotals> shards;
  for (const auto& line : plan.lines) shards[line.shard].add(line);
  return shards;
}

std::string shards_text(const ComparePlan& plan) {
  const auto shards = totals_by_shard(plan);
  if (shards.size() < 2) return "";
  std::vector<std::vector<std::string>> rows = {
      {"shard", "trainings at most", "time", "requests", "USD"}};
  for (const auto& [shard, totals] : shards)
    rows.push_back({std::to_string(shard), fmt::format("{:.0f}", totals.trainings),
                    time_words(totals.least, totals.most), std::to_string(totals.requests),
                    usd_words(totals.usd)});
  return table(rows, "") + "\n";
}

}  // namespace

nlohmann::ordered_json to_json(const ComparePlan& plan) {
  ordered_json cells = ordered_json::array(), shards = ordered_json::object();
  PlanTotals all;
  for (const auto& line : plan.lines) {
    all.add(line);
    cells.push_back({{"program", line.program},
                     {"data", line.data_kind},
                     {"column", line.column},
                     {"trainings", line.trainings},
                     {"gflop", line.gflop},
                     {"hours", hours_json(line.least_seconds, line.most_seconds)},
                     {"requests", line.requests},
                     {"tokens", line.tokens},
                     {"usd", line.usd ? ordered_json(*line.usd) : ordered_json()},
                     {"shard", line.shard}});
  }
  for (const auto& [shard, totals] : totals_by_shard(plan))
    shards[std::to_string(shard)] = totals_json(totals);
  ordered_json document = {{"cells", std::move(cells)}};
  document.update(totals_json(all));
  document["shards"] = std::move(shards);
  document["llm"] = plan.announcements;
  document["notes"] = plan.notes;
  return document;
}

std::string to_text(const ComparePlan& plan) {
  std::vector<std::vector<std::string>> rows = {{"program", "data", "column", "trainings at most",
                                                 "GFLOP", "time", "requests", "USD", "shard"}};
  PlanTotals all;
  for (const auto& line : plan.lines) {
    all.add(line);
    rows.push_back({line.program, line.data_kind.empty() ? "own" : line.data_kind, line.column,
                    fmt::format("{:.0f}", line.trainings), fmt::format("{:.1f}", line.gflop),
                    time_words(line.least_seconds, line.most_seconds),
                    std::to_string(line.requests), line.requests > 0 ? usd_words(line.usd) : "-",
                    std::to_string(line.shard)});
  }
  std::string text = table(rows, "") + "\n" + shards_text(plan) +
                     fmt::format("{:.0f} trainings, {:.1f} GFLOP in all; on this machine {}\n",
                                 all.trainings, all.gflop, time_words(all.least, all.most));
  if (all.requests > 0)
    text += fmt::format("{} requests, about {} tokens, {} USD\n", all.requests, all.tokens,
                        usd_words(all.usd));
  text += "Trainings and replies that the run store has are not paid for again.\n";
  for (const auto& sentence : plan.announcements) text += sentence + "\n";
  for (const auto& note : plan.notes) text += "note: " + note + "\n";
  return text;
}

}  // namespace dlfix::agent
