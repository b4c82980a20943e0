#include "agent/compare/localising.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

/// A program as far as localisation needs it.
struct LocalisationSubject {
  mapping::Program text;
  KnownFaults known;
};

std::optional<LocalisationSubject> read_localised(const ComparedProgram& entry, bool only,
                                                  const LocalisingEnvironment& environment,
                                                  std::vector<std::string>& notes) {
  try {
    mapping::Program text = environment.inspect(entry);
    KnownFaults known = environment.known(entry, text);
    return LocalisationSubject{std::move(text), std::move(known)};
  } catch (const support::InputError& error) {
    if (only) throw;
    notes.push_back(fmt::format("{}: localisation is left out: {}", entry.name, error.what()));
    environment.reporter.note(notes.back());
    return std::nullopt;
  }
}

/// A column that is asked about a program, in the order of shards.
struct LocalisedCell {
  const ComparedProgram* entry;
  const Column* column;  ///< nullptr: a localiser that needs no model
  std::string name;      ///< of the column
  int shard;
};

std::vector<LocalisedCell> cells_of(const CompareRequest& request) {
  std::vector<LocalisedCell> cells;
  const auto add = [&](const ComparedProgram& entry, const Column* column,
                       const std::string& name) {
    const auto shard = cells.size() % static_cast<std::size_t>(request.shard.of);
    cells.push_back({&entry, column, name, static_cast<int>(shard) + 1});
  };
  for (const ComparedProgram& entry : request.programs) {
    for (const Column& column : request.columns)
      if (column.technique == "llm") add(entry, &column, column.name);
    for (const std::string& localiser : request.localisers) add(entry, nullptr, localiser);
  }
  return cells;
}

LocalisedColumn localise_cell(const LocalisedCell& cell, const LocalisationSubject& subject,
                              const LocalisingEnvironment& environment, eval::Scores scores) {
  if (cell.column == nullptr) {
    const ToolAnswer answer = environment.run(cell.name, *cell.entry);
    LocalisedColumn column{
        cell.name,
        score_labels(cell.name, answer.labels, answer.findings, subject.known, scores),
        answer.seconds,
        {}};
    if (!answer.note.empty()) column.notes.push_back(answer.note);
    return column;
  }
  const FindingReplies replies = environment.ask(*cell.column, *cell.entry, subject.text);
  return {cell.name, score_findings(replies, subject.known, scores), std::nan(""), replies.notes};
}

void foresee_cell(const LocalisedCell& cell, const LocalisationSubject& subject,
                  const LocalisingEnvironment& environment, ComparePlan::Line& line,
                  ComparePlan& plan) {
  if (cell.column == nullptr) {
    line.trainings = environment.trainings(cell.name);
    if (line.trainings > 0) line.least_seconds = line.most_seconds = std::nullopt;
    return;
  }
  const Forecast forecast = environment.foresee(*cell.column, *cell.entry, subject.text);
  for (const auto& estimate : forecast.estimates) line.add(estimate);
  for (const auto& sentence : forecast.announcements)
    plan.announcements.push_back(fmt::format("{}: {}", cell.entry->name, sentence));
}

std::string left_out(const LocalisedCell& cell, const support::InputError& error) {
  return fmt::format("{}, {}: localisation is left out: {}", cell.entry->name, cell.name,
                     error.what());
}

}  // namespace

Localisation localise_programs(const CompareRequest& request,
                               const LocalisingEnvironment& environment,
                               std::vector<std::string>& notes) {
  Localisation localisation;
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    if (request.columns[i].technique != "llm") continue;
    localisation.columns.push_back(request.columns[i].name);
    localisation.techniques.push_back(static_cast<int>(i));
  }
  for (const std::string& localiser : request.localisers) {
    localisation.techniques.push_back(static_cast<int>(request.columns.size()) +
                                      static_cast<int>(localisation.techniques.size()));
    localisation.columns.push_back(localiser);
  }
  const auto cells = cells_of(request);
  for (const ComparedProgram& entry : request.programs) {
    if (environment.cancel) break;
    const auto subject = read_localised(entry, cells.size() == 1, environment, notes);
    if (!subject) continue;
    LocalisedProgram program{entry.name,
                             entry.data_kind,
                             to_string(subject->known.faults),
                             subject->known.alternatives.size(),
                             {}};
    for (const LocalisedCell& cell : cells) {
      if (cell.entry != &entry || cell.shard != request.shard.index || environment.cancel) continue;
      environment.reporter.phase(entry.name, "localisation, " + cell.name);
      try {
        LocalisedColumn column = localise_cell(cell, *subject, environment, request.scores);
        if (environment.cancel) break;
        program.columns.push_back(std::move(column));
      } catch (const support::InputError& error) {
        if (cells.size() == 1) throw;
        notes.push_back(left_out(cell, error));
        environment.reporter.note(notes.back());
      }
    }
    localisation.programs.push_back(std::move(program));
  }
  return localisation;
}

void plan_localisation(const CompareRequest& request, const LocalisingEnvironment& environment,
                       ComparePlan& plan) {
  const auto cells = cells_of(request);
  for (const ComparedProgram& entry : request.programs) {
    const auto subject = read_localised(entry, cells.size() == 1, environment, plan.notes);
    if (!subject) continue;
    for (const LocalisedCell& cell : cells) {
      if (cell.entry != &entry) continue;
      ComparePlan::Line line;
      line.program = entry.name;
      line.data_kind = entry.data_kind;
      line.column = "localise: " + cell.name;
      line.shard = cell.shard;
      line.least_seconds = line.most_seconds = 0;  // models train nothing
      try {
        foresee_cell(cell, *subject, environment, line, plan);
        plan.lines.push_back(std::move(line));
      } catch (const support::InputError& error) {
        if (cells.size() == 1) throw;
        plan.notes.push_back(left_out(cell, error));
      }
    }
  }
}

}  // namespace dlfix::agent
