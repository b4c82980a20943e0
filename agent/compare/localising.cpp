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

}  // namespace

Localisation localise_programs(const CompareRequest& request,
                               const LocalisingEnvironment& environment,
                               std::vector<std::string>& notes) {
  Localisation localisation;
  std::vector<Column> columns;
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    if (request.columns[i].technique != "llm") continue;
    columns.push_back(request.columns[i]);
    localisation.columns.push_back(columns.back().name);
    localisation.techniques.push_back(static_cast<int>(i));
  }
  const bool only = request.programs.size() * columns.size() == 1;
  std::size_t cell = 0;
  for (const ComparedProgram& entry : request.programs) {
    if (environment.cancel) break;
    const auto subject = read_localised(entry, only, environment, notes);
    if (!subject) {
      cell += columns.size();
      continue;
    }
    LocalisedProgram program{entry.name,
                             entry.data_kind,
                             to_string(subject->known.faults),
                             subject->known.alternatives.size(),
                             {}};
    for (const Column& column : columns) {
      const auto shard = static_cast<int>(cell++ % static_cast<std::size_t>(request.shard.of)) + 1;
      if (shard != request.shard.index || environment.cancel) continue;
      environment.reporter.phase(entry.name, "localisation, " + column.name);
      try {
        const FindingReplies replies = environment.ask(column, entry, subject->text);
        if (environment.cancel) break;
        program.columns.push_back(
            {column.name, score_findings(replies, subject->known, request.scores), replies.notes});
      } catch (const support::InputError& error) {
        if (only) throw;
        notes.push_back(fmt::format("{}, {}: localisation is left out: {}", entry.name, column.name,
                                    error.what()));
        environment.reporter.note(notes.back());
      }
    }
    localisation.programs.push_back(std::move(program));
  }
  return localisation;
}

}  // namespace dlfix::agent
