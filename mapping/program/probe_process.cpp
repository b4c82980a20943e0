#include "mapping/program/probe_process.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "trainer/support/errors.h"
#include "trainer/support/json_int.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::EnvironmentError;
using support::InputError;

constexpr std::chrono::seconds kMargin{30};

bool is_fault_of_machine(const std::string& code) {
  static const std::array<std::string_view, 6> codes = {
      "missing_module", "missing_file", "missing_dataset", "timeout", "memory", "wrote_nothing"};
  for (const auto known : codes) {
    if (code == known) return true;
  }
  return false;
}

std::string text_of(const json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : "";
}

[[noreturn]] void throw_reported(const json& error) {
  const std::string file = text_of(error, "file");
  std::string place = file;
  if (!place.empty() && error.contains("line") && error["line"].is_number_integer()) {
    place += fmt::format(":{}", support::saturated_int(error["line"]));
  }
  std::string message = text_of(error, "message");
  if (!file.empty() && message.starts_with(file)) {
    message = place + message.substr(file.size());
  } else if (!file.empty()) {
    message = place + ": " + message;
  }
  if (is_fault_of_machine(text_of(error, "code"))) {
    throw EnvironmentError(message, text_of(error, "remedy"));
  }
  throw InputError(message, text_of(error, "remedy"));
}

// Where Python may keep the probe's compiled modules; empty: nowhere. Reading them compiled halves
// the start of `inspect`; beside the modules they may not be writable, or be the user's tree.
std::string compiled_modules() {
  if (std::getenv("PYTHONPYCACHEPREFIX") != nullptr) return "";
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/dlfix-agent/python";
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.cache/dlfix-agent/python" : "";
}

std::string tail(const std::string& text) {
  constexpr std::size_t kMost = 2000;
  return text.size() <= kMost ? text : text.substr(text.size() - kMost);
}

[[noreturn]] void throw_broken(const std::string& python, const support::ProcessResult& result) {
  throw EnvironmentError(
      fmt::format("{} -m dlfix_probe gave no answer (exit code {}): {}", python, result.exit_code,
                  tail(result.standard_error)),
      "check that this is a working Python 3.8 or later (--python chooses another)");
}

}  // namespace

support::ProcessOptions probe_process(const std::string& python,
                                      const std::vector<std::string>& arguments,
                                      const ProbeOptions& options) {
  support::ProcessOptions process;
  process.arguments = {python, options.probe_directory + "/run_module.py", "dlfix_probe"};
  process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
  const char* const path = std::getenv("PYTHONPATH");
  process.environment["PYTHONPATH"] =
      options.probe_directory + (path != nullptr && *path != '\0' ? std::string(":") + path : "");
  const std::string compiled = compiled_modules();
  // What the program itself imports is never compiled into a file: capture's child says so again.
  process.environment["PYTHONDONTWRITEBYTECODE"] = compiled.empty() ? "1" : "";
  if (!compiled.empty()) process.environment["PYTHONPYCACHEPREFIX"] = compiled;
  process.environment["PYTHONIOENCODING"] = "utf-8";
  process.timeout = options.timeout + kMargin;
  process.cancel = options.cancel;
  return process;
}

json run_probe(const std::string& python, const std::vector<std::string>& arguments,
               const ProbeOptions& options) {
  const auto result = support::run_process(probe_process(python, arguments, options));
  if (result.cancelled) throw support::Interrupted("interrupted while the program was read");
  if (result.timed_out) {
    throw EnvironmentError(
        fmt::format("reading the program took longer than {} s", options.timeout.count()),
        "allow more time, or let the program load less data");
  }
  const json answer = json::parse(result.standard_output, nullptr, false);
  if (!answer.is_object()) throw_broken(python, result);
  if (answer.contains("error") && answer["error"].is_object()) throw_reported(answer["error"]);
  if (result.exit_code != 0) throw_broken(python, result);
  return answer;
}

}  // namespace dlfix::mapping
