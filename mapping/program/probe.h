// Runs the Python side (mapping/probe) and finds an interpreter for it.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::mapping {

struct ProbeOptions {
  std::string probe_directory;    ///< holds the package dlfix_probe
  std::string python;             ///< --python; empty: search
  std::string model;              ///< --model
  std::string config_file;        ///< --config
  std::string name_map_file;      ///< manifest or .dlfix.toml already turned into JSON; empty: none
  std::string working_directory;  ///< --cwd; empty: ours
  std::string data_directory;     ///< --data-dir
  std::string frontend = "auto";
  std::string profile;                 ///< --keras-profile; empty: found
  std::vector<std::string> arguments;  ///< of the program, after --
  std::chrono::seconds timeout{600};
  std::int64_t memory_mb = 8192;
  const std::atomic<bool>* cancel = nullptr;
};

/// The interpreter to use for `program`: --python, the active virtual environment, python3 on PATH,
/// /usr/bin/python3: the first that imports numpy and what the program imports beyond Keras; where
/// there is none, the one with numpy that lacks the fewest of the others (an import behind the last
/// fit does no harm; capture names any other). `need_modules` false: any that starts (inspect).
/// Errors: EnvironmentError naming the missing module and the interpreters tried.
std::string find_interpreter(const std::string& program, const ProbeOptions& options,
                             bool need_modules);

/// The first of the same interpreters that has `modules`; the program itself where a script on PATH
/// leads to it. `wanted_by`: for the error, such as "--allow-run". Errors: the same.
std::string find_interpreter_with(const std::vector<std::string>& modules,
                                  const ProbeOptions& options, const std::string& wanted_by);

/// The interpreter that find_interpreter asks first, unasked.
std::string first_interpreter(const ProbeOptions& options);

/// The interpreter to train in Keras with: --python, the active virtual environment, python3 on
/// PATH, /usr/bin/python3: the first that has numpy, TensorFlow and one of the packages keras and
/// tf_keras. Errors: EnvironmentError naming the interpreters tried.
std::string find_keras_interpreter(const ProbeOptions& options);

/// Errors of both: InputError (the program) or EnvironmentError (the machine) with place and
/// remedy.
Program inspect_program(const std::string& program, const ProbeOptions& options);
/// Runs the program's data code; arrays and program.json land in `directory`.
Program capture_program(const std::string& program, const std::string& directory,
                        const ProbeOptions& options);

}  // namespace dlfix::mapping
