#include "agent/compare/localisation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/output/terminal.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

using nlohmann::ordered_json;

ordered_json number_or_null(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json localisation_score_json(const eval::LocalisationScore& score) {
  return {{"recall", score.recall}, {"precision", score.precision}, {"f3", score.f3}};
}

std::string cell_of(const LocalisedProgram& program, const std::string& column) {
  const LocalisedColumn* found = localised_column(program, column);
  if (found == nullptr) return "-";
  const auto& before = found->scores.before;
  std::string words =
      fmt::format("{:.2f} {:.2f} {:.2f}", before.recall, before.precision, before.f3);
  if (program.alternatives > 0) words += fmt::format(" ({:.2f})", found->scores.after.f3);
  return words;
}

std::string quoted_csv(const std::string& text) {
  std::string safe = "\"";
  for (const char c : text) safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe + "\"";
}

}  // namespace

const LocalisedColumn* localised_column(const LocalisedProgram& program,
                                        const std::string& column) {
  const auto found = std::ranges::find(program.columns, column, &LocalisedColumn::column);
  return found == program.columns.end() ? nullptr : &*found;
}

LocalisationSummary summarise_localisation(const Localisation& localisation,
                                           const std::string& column) {
  LocalisationSummary summary;
  std::vector<eval::LocalisationScore> before, after;
  std::vector<eval::ReplyFacts> facts;
  std::vector<double> seconds;
  for (const LocalisedProgram& program : localisation.programs) {
    const LocalisedColumn* found = localised_column(program, column);
    if (found == nullptr) continue;
    before.push_back(found->scores.before);
    after.push_back(found->scores.after);
    if (std::isfinite(found->seconds)) seconds.push_back(found->seconds);
    for (const auto& reply : found->scores.replies)
      facts.push_back({program.name, static_cast<double>(reply.answers),
                       static_cast<double>(reply.labels.size()), reply.before.f3});
  }
  summary.programs = static_cast<int>(before.size());
  summary.before = eval::mean_of(before);
  summary.after = eval::mean_of(after);
  summary.stability = eval::measure_stability(facts);
  if (!seconds.empty()) summary.seconds = eval::mean(seconds);
  return summary;
}

ordered_json localisation_seconds(const Localisation& localisation) {
  ordered_json columns = ordered_json::object();
  for (const LocalisedProgram& program : localisation.programs)
    for (const LocalisedColumn& column : program.columns)
      if (std::isfinite(column.seconds)) columns[column.column][program.name] = column.seconds;
  return columns;
}

ordered_json to_json(const Localisation& localisation) {
  ordered_json faults = ordered_json::object(), columns = ordered_json::object();
  for (const LocalisedProgram& program : localisation.programs) {
    ordered_json cells = ordered_json::object();
    for (const LocalisedColumn& column : program.columns) {
      cells[column.column] = ordered_json::parse(to_json(column.scores).dump());
      cells[column.column]["notes"] = column.notes;
    }
    faults[program.name] = {{"data", program.data_kind},
                            {"faults", program.faults},
                            {"alternatives", program.alternatives},
                            {"columns", std::move(cells)}};
  }
  for (const std::string& column : localisation.columns) {
    const LocalisationSummary summary = summarise_localisation(localisation, column);
    if (summary.programs == 0) continue;
    columns[column] = {{"programs", summary.programs},
                       {"before", localisation_score_json(summary.before)},
                       {"after", localisation_score_json(summary.after)},
                       {"mean_answers", number_or_null(summary.stability.mean_answers)},
                       {"answers_sd", number_or_null(summary.stability.mean_sd)},
                       {"extracted_share", number_or_null(summary.stability.extracted_share)},
                       {"f3_sd", number_or_null(summary.stability.f3_sd)}};
  }
  return {{"columns", std::move(columns)}, {"faults", std::move(faults)}};
}

std::string to_text(const Localisation& localisation) {
  std::vector<std::vector<std::string>> rows = {{"program", "data", "faults"}};
  for (const std::string& column : localisation.columns) rows.front().push_back(column);
  for (const LocalisedProgram& program : localisation.programs) {
    rows.push_back({program.name, program.data_kind.empty() ? "own" : program.data_kind,
                    program.faults.empty() ? "-" : program.faults});
    for (const std::string& column : localisation.columns)
      rows.back().push_back(cell_of(program, column));
  }
  std::vector<std::vector<std::string>> means = {{"column", "recall", "precision", "F3",
                                                  "F3, all ground truths", "F3 deviates by",
                                                  "answers that name a fault", "seconds"}};
  for (const std::string& column : localisation.columns) {
    const LocalisationSummary summary = summarise_localisation(localisation, column);
    if (summary.programs == 0) continue;
    means.push_back(
        {column, fmt::format("{:.2f}", summary.before.recall),
         fmt::format("{:.2f}", summary.before.precision), fmt::format("{:.2f}", summary.before.f3),
         fmt::format("{:.2f}", summary.after.f3),
         std::isfinite(summary.stability.f3_sd) ? fmt::format("{:.2f}", summary.stability.f3_sd)
                                                : "-",
         std::isfinite(summary.stability.extracted_share)
             ? fmt::format("{:.0f} %", 100 * summary.stability.extracted_share)
             : "-",
         std::isfinite(summary.seconds) ? fmt::format("{:.2f}", summary.seconds) : "-"});
  }
  return "Localisation: recall, precision, F3 (F3 against the best of all ground truths), means "
         "over the replies\n\n" +
         table(rows, "  ") + "\n" + table(means, "  ");
}

std::string to_csv(const Localisation& localisation) {
  std::string text =
      "program,column,reply,temperature,labels,recall,precision,f3,recall_after,precision_after,"
      "f3_after,ground_truth\n";
  for (const LocalisedProgram& program : localisation.programs)
    for (const LocalisedColumn& column : program.columns)
      for (std::size_t i = 0; i < column.scores.replies.size(); ++i) {
        const auto& reply = column.scores.replies[i];
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", quoted_csv(program.name),
                            quoted_csv(column.column), i, reply.temperature,
                            quoted_csv(to_string(reply.labels)), reply.before.recall,
                            reply.before.precision, reply.before.f3, reply.after.recall,
                            reply.after.precision, reply.after.f3, quoted_csv(reply.best));
      }
  return text;
}

}  // namespace dlfix::agent
