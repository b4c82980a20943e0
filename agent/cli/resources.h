// Where the program's own files lie: the probe, templates, rules, samples, and the trainer.
#pragma once

#include <string>

namespace dlfix::agent {

struct Resources {
  std::string home;     ///< holds mapping/probe, prompts/templates, trainer/keras, data/programs
  std::string trainer;  ///< path of dlfix-trainer; empty: not built or not installed
  std::string probe_directory() const { return home + "/mapping/probe"; }
  std::string keras_worker_directory() const { return home + "/trainer/keras"; }
  std::string templates_directory() const { return home + "/prompts/templates"; }
};

/// DLFIX_HOME, else ../share/dlfix-agent beside the executable's folder, else the source tree when
/// the executable lies in the build tree that was made from it. The trainer: DLFIX_TRAINER, else
/// beside the executable, else ../libexec/dlfix-agent.
/// Errors: EnvironmentError naming what was looked for.
Resources find_resources(const std::string& executable);

/// Path of the running executable.
std::string own_executable();

}  // namespace dlfix::agent
