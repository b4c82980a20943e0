#include "eval/fidelity/keras_trainings.h"

#include <fmt/format.h>

#include "trainer/support/errors.h"
#include "trainer/support/gzip_lines.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

// Columns of a row of `runs` and of `neutrality`.
constexpr std::size_t kOutcome = 5, kSearch = 6, kHoldout = 7, kAccuracies = 2;

KerasOutcome outcome_of(const json& runs) {
  bool number = false, nan = false;
  for (const json& run : runs) {
    const std::string& outcome = run.at(kOutcome).get_ref<const std::string&>();
    if (outcome == "error") return KerasOutcome::kCrashed;
    nan = nan || outcome == "nan";
    number = number || outcome == "ok";
  }
  if (nan) return KerasOutcome::kNan;
  return number ? KerasOutcome::kNumber : KerasOutcome::kUnknown;
}

MeasuredConfig measured_of(const json& record) {
  MeasuredConfig measured;
  for (const auto& [name, value] : record.at("config").items()) measured.config[name] = value;
  const json& runs = record.at("runs");
  for (const json& run : runs) {
    if (run.at(kOutcome) != "ok") continue;
    measured.search.push_back(run.at(kSearch).get<double>());
    measured.holdout.push_back(run.at(kHoldout).get<double>());
  }
  for (const json& node : record.at("neutrality"))
    for (const json& value : node.at(kAccuracies)) measured.holdout.push_back(value.get<double>());
  const bool only_neutrality = runs.empty() && !measured.holdout.empty();
  measured.outcome = only_neutrality ? KerasOutcome::kNumber : outcome_of(runs);
  return measured;
}

}  // namespace

std::string_view to_string(KerasOutcome outcome) {
  switch (outcome) {
    case KerasOutcome::kNumber:
      return "number";
    case KerasOutcome::kNan:
      return "nan";
    case KerasOutcome::kCrashed:
      return "crash";
    case KerasOutcome::kUnknown:
      break;
  }
  return "unknown";
}

std::vector<MeasuredConfig> read_keras_trainings(const std::string& file,
                                                 const std::string& subject) {
  support::GzipLines lines(file);
  std::vector<MeasuredConfig> all;
  for (std::string line; lines.next(line);) {
    try {
      const json record = json::parse(line);
      if (record.at("subject") != subject || record.contains("extra")) continue;
      all.push_back(measured_of(record));
    } catch (const json::exception& error) {
      throw support::InputError(fmt::format("{}: {}", lines.place(), error.what()),
                                "this is not a file of the study's trainings");
    }
  }
  return all;
}

}  // namespace dlfix::eval
