// Which Python runs the probe.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "mapping/program/probe.h"
#include "mapping/program/probe_process.h"
#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::EnvironmentError;
namespace fs = std::filesystem;

constexpr std::chrono::seconds kCheckLimit{60};

// The program's folder comes last, so that a neighbour does not hide the standard library, and only
// to find the program's own modules; the current folder, which `-c` puts first, not at all.
constexpr const char* kCheck = R"(
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.util, json
folder, modules = sys.argv[1], sys.argv[2:]
sys.path.append(folder)
def missing(name):
    try:
        return name not in sys.modules and importlib.util.find_spec(name) is None
    except (ImportError, ValueError):
        return True
print(json.dumps({"version": list(sys.version_info[:2]), "executable": sys.executable,
                  "missing": [name for name in modules if missing(name)]}))
)";

struct Candidate {
  std::string python;
  std::string origin;  ///< for messages: "--python", "PATH", ...
};

/// What one interpreter lacks; empty: it will do.
struct Verdict {
  std::string problem;
  std::vector<std::string> missing;
  std::string executable;  ///< what a wrapper script on PATH leads to
  bool usable() const { return problem.empty() && missing.empty(); }
};

std::vector<Candidate> candidates(const ProbeOptions& options) {
  // Who names an interpreter wants that one.
  if (!options.python.empty()) return {{options.python, "--python"}};
  std::vector<Candidate> result;
  if (const char* const environment = std::getenv("VIRTUAL_ENV")) {
    if (*environment != '\0') {
      result.push_back({fmt::format("{}/bin/python3", environment), "VIRTUAL_ENV"});
    }
  }
  result.push_back({"python3", "PATH"});
  result.push_back({"/usr/bin/python3", "the system"});
  return result;
}

Verdict check(const Candidate& candidate, const std::string& folder,
              const std::vector<std::string>& modules, const ProbeOptions& options) {
  support::ProcessOptions process;
  process.arguments = {candidate.python, "-c", kCheck, folder};
  process.arguments.insert(process.arguments.end(), modules.begin(), modules.end());
  process.environment["PYTHONDONTWRITEBYTECODE"] = "1";
  process.timeout = kCheckLimit;
  process.cancel = options.cancel;
  support::ProcessResult result;
  try {
    result = support::run_process(process);
  } catch (const EnvironmentError& error) {
    return {"it cannot be started", {}, ""};
  }
  if (result.cancelled) throw support::Interrupted("interrupted while looking for a Python");
  const json answer = json::parse(result.standard_output, nullptr, false);
  if (result.timed_out || !answer.is_object()) return {"it cannot be started", {}, ""};
  const auto [major, minor] = answer["version"].get<std::pair<int, int>>();
  if (major < 3 || (major == 3 && minor < 8)) {
    return {fmt::format("it is Python {}.{}, needed is 3.8 or later", major, minor), {}, ""};
  }
  return {"", answer["missing"].get<std::vector<std::string>>(), answer.value("executable", "")};
}

// What pip calls a module.
std::string package_of(const std::string& module) {
  static const std::map<std::string, std::string> names = {{"sklearn", "scikit-learn"},
                                                           {"cv2", "opencv-python"},
                                                           {"PIL", "pillow"},
                                                           {"yaml", "pyyaml"},
                                                           {"skimage", "scikit-image"}};
  const auto found = names.find(module);
  return found == names.end() ? module : found->second;
}

std::string remedy_for(const std::vector<std::string>& modules) {
  if (modules.empty()) return "install Python 3.8 or later, or name one with --python";
  std::vector<std::string> packages;
  for (const auto& module : modules) packages.push_back(package_of(module));
  return fmt::format("install it (python3 -m pip install {}), or name another Python with --python",
                     fmt::join(packages, " "));
}

[[noreturn]] void throw_none(const std::string& program, const std::vector<std::string>& tried,
                             const std::vector<std::string>& missing) {
  const std::string needed = missing.empty()
                                 ? "no Python that can read it"
                                 : fmt::format("no Python that has {}", fmt::join(missing, ", "));
  throw EnvironmentError(
      fmt::format("{}: there is {}; tried: {}", program, needed, fmt::join(tried, "; ")),
      remedy_for(missing));
}

// The modules without which nothing can be captured. Any other that a program imports may stand
// behind its last fit, or in a function that is never called: only running it tells, and capture
// then names the module and the line.
const std::vector<std::string>& essential_modules() {
  static const std::vector<std::string> modules = {"numpy"};
  return modules;
}

bool lacks_any(const Verdict& verdict, const std::vector<std::string>& modules) {
  return std::any_of(modules.begin(), modules.end(), [&](const std::string& module) {
    return std::find(verdict.missing.begin(), verdict.missing.end(), module) !=
           verdict.missing.end();
  });
}

/// `folder`: where the program's own modules are. `essential`: where no interpreter has all of
/// `modules`, one that has these will do: the one that lacks the fewest others.
std::string search(const std::string& program, const std::string& folder,
                   const ProbeOptions& options, const std::vector<std::string>& modules,
                   const std::vector<std::string>& essential) {
  std::vector<std::string> tried;
  std::vector<std::string> missing;
  std::string nearest;
  std::size_t fewest = modules.size() + 1;
  for (const auto& candidate : candidates(options)) {
    const Verdict verdict = check(candidate, folder, modules, options);
    const std::string& python = verdict.executable.empty() ? candidate.python : verdict.executable;
    if (verdict.usable()) return python;
    if (verdict.problem.empty() && !lacks_any(verdict, essential) &&
        verdict.missing.size() < fewest) {
      nearest = python;
      fewest = verdict.missing.size();
    }
    const std::string what = verdict.missing.empty()
                                 ? verdict.problem
                                 : fmt::format("lacks {}", fmt::join(verdict.missing, ", "));
    tried.push_back(fmt::format("{} ({}): {}", candidate.python, candidate.origin, what));
    if (missing.empty()) missing = verdict.missing;
  }
  if (!nearest.empty()) return nearest;
  throw_none(program, tried, missing);
}

std::vector<std::string> needed_modules(const std::string& program, const ProbeOptions& options,
                                        const std::string& python) {
  std::vector<std::string> modules = essential_modules();
  const json answer = run_probe(python, {"imports", program}, options);
  for (const auto& module : answer.value("modules", std::vector<std::string>{})) {
    const std::string top = module.substr(0, module.find('.'));
    if (std::find(modules.begin(), modules.end(), top) == modules.end()) modules.push_back(top);
  }
  return modules;
}

}  // namespace

std::string first_interpreter(const ProbeOptions& options) {
  return candidates(options).front().python;
}

std::string find_keras_interpreter(const ProbeOptions& options) {
  std::vector<std::string> tried;
  for (const auto& candidate : candidates(options)) {
    Verdict verdict = check(candidate, "/", {"numpy", "tensorflow", "keras"}, options);
    if (verdict.missing == std::vector<std::string>{"keras"}) {
      verdict = check(candidate, "/", {"tf_keras"}, options);
    }
    if (verdict.usable()) return candidate.python;
    tried.push_back(fmt::format("{} ({}): {}", candidate.python, candidate.origin,
                                verdict.missing.empty()
                                    ? verdict.problem
                                    : fmt::format("lacks {}", fmt::join(verdict.missing, ", "))));
  }
  throw EnvironmentError(
      fmt::format("there is no Python with Keras to train in; tried: {}", fmt::join(tried, "; ")),
      "install it (python3 -m pip install keras tensorflow), name another Python with --python, or "
      "train with our own trainer (--trainer torch)");
}

std::string find_interpreter(const std::string& program, const ProbeOptions& options,
                             bool need_modules) {
  const std::string folder = fs::absolute(program).parent_path().string();
  const std::string any = search(program, folder, options, {}, {});
  if (!need_modules) return any;
  return search(program, folder, options, needed_modules(program, options, any),
                essential_modules());
}

std::string find_interpreter_with(const std::vector<std::string>& modules,
                                  const ProbeOptions& options, const std::string& wanted_by) {
  return search(wanted_by, "/", options, modules, modules);
}

}  // namespace dlfix::mapping
