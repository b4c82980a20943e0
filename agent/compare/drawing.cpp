#include "agent/compare/drawing.h"

#include <fmt/format.h>

#include <filesystem>

#include "agent/workflows/study_subject.h"

namespace dlfix::agent {
namespace {

/// A config (.json) is of the program, whatever its data.
std::string drawn_fix(const std::string& fix, const std::string& folder, int number) {
  return std::filesystem::path(fix).extension() == ".py" ? redrawn_copy(fix, folder, number) : fix;
}

}  // namespace

void choose_rows(const ComparedProgram& entry, Subject& subject) {
  subject.plan.resplit = false;
  if (entry.split && subject.pool.source == EvaluationSource::kEvaluate)
    use_study_rows(subject, entry.split->test_size, entry.split->seed);
}

Drawing::Drawing(const ComparedProgram& entry, RepairOptions options, RepairEnvironment environment,
                 int number)
    : environment_(std::move(environment)) {
  std::string fix = entry.fix;
  if (number > 0) {
    const std::string copies = fmt::format("{}/drawing{}", environment_.directory, number);
    environment_.directory = copies + "/captured";
    options.program = redrawn_copy(entry.program, copies, number);
    if (!fix.empty()) fix = drawn_fix(fix, copies, number);
  }
  state_ = std::make_unique<RepairState>(options, environment_);
  read_program(*state_);
  choose_rows(entry, state_->subject);
  set_pace(*state_);
  if (!fix.empty())
    fix_ = read_ground_truth(fix, state_->subject, environment_.directory + "/fix",
                             environment_.capture);
}

}  // namespace dlfix::agent
