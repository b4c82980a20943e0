#include "eval/published/chosen_trials.h"

#include <fmt/format.h>

#include "trainer/support/errors.h"
#include "trainer/support/gzip_lines.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

// Columns of a row of `runs`.
constexpr std::size_t kFault = 0, kTool = 1, kBudget = 2, kRepeat = 3, kTrial = 4, kOutcome = 5,
                      kSearch = 6, kHoldout = 7;
constexpr const char* kFinished = "ok";

bool better(const ChosenTrial& a, const ChosenTrial& b, bool higher_is_better) {
  if (a.search != b.search) return higher_is_better ? a.search > b.search : a.search < b.search;
  return a.trial < b.trial;
}

}  // namespace

std::map<RunKey, ChosenTrial> choose_trials(const StudyFolder& folder) {
  std::map<std::string, bool> higher_is_better;
  for (const auto& fault : folder.faults()) higher_is_better[fault.id] = fault.higher_is_better;
  std::map<RunKey, ChosenTrial> chosen;
  support::GzipLines lines(folder.file("keras_trainings.jsonl.gz"));
  for (std::string line; lines.next(line);) {
    // A third of the configs never finished: not worth reading further.
    if (line.find(kFinished) == std::string::npos) continue;
    try {
      const json record = json::parse(line);
      for (const json& run : record.at("runs")) {
        const auto& outcome = run.at(kOutcome).get_ref<const std::string&>();
        const int trial = run.at(kTrial).get<int>();
        if (trial == 0 || outcome != kFinished) continue;
        const auto fault = run.at(kFault).get<std::string>();
        ChosenTrial one{trial, run.at(kSearch).get<double>(), run.at(kHoldout).get<double>(), {}};
        auto [place, fresh] =
            chosen.try_emplace(RunKey{fault, run.at(kTool).get<std::string>(),
                                      run.at(kBudget).get<int>(), run.at(kRepeat).get<int>()});
        if (!fresh && !better(one, place->second, higher_is_better.at(fault))) continue;
        one.config = config_of(record.at("config"));
        place->second = std::move(one);
      }
    } catch (const std::exception& error) {
      if (dynamic_cast<const support::Error*>(&error) != nullptr) throw;
      throw support::InputError(fmt::format("{}: {}", lines.place(), error.what()),
                                "this is no training of the study");
    }
  }
  return chosen;
}

}  // namespace dlfix::eval
