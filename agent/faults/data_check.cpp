#include "agent/faults/data_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <optional>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

/// Rows that a subject's program trains on and evaluates with when it has all of the study's data
/// (a fifth of the training rows of C and R is kept apart by the programs).
struct SubjectRows {
  const char* subject;
  std::int64_t fit, evaluate;
};
constexpr std::array<SubjectRows, 7> kSubjectRows = {{{"M", 60000, 10000},
                                                      {"C", 40000, 10000},
                                                      {"R", 7185, 2246},
                                                      {"D4", 60000, 10000},
                                                      {"D5", 50000, 10000},
                                                      {"D7", 80, 20},
                                                      {"D9", 60000, 10000}}};

std::int64_t rows_of_shape(const std::vector<std::int64_t>& shape) {
  return shape.empty() ? 0 : shape.front();
}

LoadedRows loaded_rows(const std::string& use, const std::vector<mapping::ProgramArray>& inputs,
                       const std::optional<mapping::ProgramArray>& labels) {
  LoadedRows loaded{use, {}, {}};
  for (const auto& input : inputs)
    loaded.inputs.emplace_back(input.data.shape.begin(), input.data.shape.end());
  if (labels) loaded.labels.assign(labels->data.shape.begin(), labels->data.shape.end());
  return loaded;
}

std::string shape_words(const std::vector<std::int64_t>& shape) {
  return fmt::format("{}", fmt::join(shape, " x "));
}

/// Empty where everything fits.
std::string problem_with(const LoadedRows& loaded) {
  if (loaded.inputs.empty()) return loaded.use + ": no array was handed over";
  for (const auto& input : loaded.inputs) {
    if (rows_of_shape(input) == 0) return loaded.use + ": there are no rows";
    if (!loaded.labels.empty() && rows_of_shape(input) != rows_of_shape(loaded.labels))
      return fmt::format("{}: {} rows, but labels for {}", loaded.use, rows_of_shape(input),
                         rows_of_shape(loaded.labels));
  }
  return "";
}

std::string problem_with_count(const BenchmarkFault& fault, const LoadedRows& loaded) {
  for (const SubjectRows& known : kSubjectRows) {
    if (fault.subject != known.subject) continue;
    const std::int64_t wanted = loaded.use == "fit" ? known.fit : known.evaluate;
    const std::int64_t found = rows_of_shape(loaded.inputs.front());
    if (found != wanted)
      return fmt::format("{}: {} rows, the study has {}", loaded.use, found, wanted);
  }
  return "";
}

}  // namespace

std::string DataCheck::words() const {
  std::vector<std::string> parts;
  for (const LoadedRows& rows : loaded) {
    std::vector<std::string> shapes;
    for (const auto& input : rows.inputs) shapes.push_back(shape_words(input));
    parts.push_back(fmt::format("{} {}", rows.use, fmt::join(shapes, " and ")));
  }
  if (!problem.empty()) parts.push_back(problem);
  return fmt::format("{}", fmt::join(parts, ", "));
}

DataCheck check_program_data(
    const BenchmarkFault& fault, const DataSource& source,
    const std::function<mapping::Program(const BenchmarkFault&)>& capture) {
  DataCheck check;
  mapping::Program program;
  try {
    program = capture(fault);
  } catch (const support::InputError& error) {
    check.problem = error.what();
    return check;
  }
  check.loaded.push_back(loaded_rows("fit", program.x, program.y));
  for (const auto& evaluation : program.evaluations)
    check.loaded.push_back(loaded_rows("evaluate", evaluation.x, evaluation.y));
  if (program.evaluations.empty()) check.problem = "the program evaluates nothing";
  for (const LoadedRows& loaded : check.loaded) {
    if (check.problem.empty()) check.problem = problem_with(loaded);
    if (check.problem.empty() && source.kind == "exact")
      check.problem = problem_with_count(fault, loaded);
  }
  check.sound = check.problem.empty();
  return check;
}

nlohmann::ordered_json to_json(const DataCheck& check) {
  nlohmann::ordered_json loaded = nlohmann::ordered_json::array();
  for (const LoadedRows& rows : check.loaded)
    loaded.push_back({{"use", rows.use}, {"inputs", rows.inputs}, {"labels", rows.labels}});
  return {{"loaded", std::move(loaded)},
          {"problem", check.problem.empty() ? nlohmann::ordered_json()
                                            : nlohmann::ordered_json(check.problem)}};
}

}  // namespace dlfix::agent
