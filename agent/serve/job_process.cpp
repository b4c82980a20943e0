#include "agent/serve/job_process.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "agent/output/progress.h"

namespace dlfix::agent::serve {
namespace {

using nlohmann::json;

constexpr std::size_t kTold = 4000;

support::ProcessOptions process_of(const std::vector<std::string>& arguments,
                                   const std::string& output, const std::string& directory) {
  support::ProcessOptions process;
  process.working_directory = directory;
  // What the command tells goes to the pipe, its document into a file. Whoever types or asks comes
  // before what trains for minutes.
  process.arguments = {"/bin/sh", "-c", "out=$1; shift; exec nice \"$@\" 2>&1 >\"$out\"", "sh",
                       output};
  process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
  process.environment[kProgressVariable] = "json";
  return process;
}

Problem failure_of(const json& answer, int exit_code, const std::string& told) {
  Problem problem{500, "job_failed", fmt::format("the job's process ended with {}", exit_code), 0,
                  json::object()};
  if (answer.is_object() && answer.contains("error")) {
    const json& error = answer["error"];
    const bool usage = error.value("code", "") == "usage";
    problem.status = usage ? 422 : 503;
    problem.code = usage ? "program_unreadable" : "environment";
    problem.detail = error.value("message", "") + "; " + error.value("remedy", "");
  } else if (!told.empty()) {
    problem.detail += ": " + told;
  }
  return problem;
}

}  // namespace

JobProcess::JobProcess(const std::vector<std::string>& arguments, std::string output,
                       const std::string& directory)
    : output_(std::move(output)), child_(process_of(arguments, output_, directory)) {}

std::optional<json> JobProcess::next_event(std::chrono::milliseconds time) {
  const auto line = child_.read_line(time);
  if (!line) return std::nullopt;
  json event = json::parse(*line, nullptr, false);
  if (event.is_object() && event.contains("event") && event["event"].is_string()) return event;
  told_ += *line + "\n";
  if (told_.size() > kTold) told_.erase(0, told_.size() - kTold);
  return std::nullopt;
}

JobOutcome JobProcess::finish() {
  JobOutcome outcome;
  outcome.exit_code = child_.wait();
  std::ifstream stream(output_, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  json answer = json::parse(text.str(), nullptr, false);
  const bool worked = (outcome.exit_code == 0 || outcome.exit_code == 1) && answer.is_object() &&
                      !answer.contains("error");
  if (worked) {
    outcome.answer = std::move(answer);
  } else {
    outcome.problem = failure_of(answer, outcome.exit_code, told_);
  }
  return outcome;
}

}  // namespace dlfix::agent::serve
