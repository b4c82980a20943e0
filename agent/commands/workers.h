// The trainer processes of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "agent/cli/resources.h"
#include "mapping/program/probe.h"
#include "trainer/client/keras_workers.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// --trainer, --device and --memory.
struct TrainerChoice {
  std::string trainer = "torch";  ///< torch: ours; keras: the user's own
  std::string device = "auto";    ///< auto, cpu, cuda, cuda:N
  std::string memory = "70%";     ///< for all trainings at a time: 70% of what is free, 4G, 500M
  bool keras() const { return trainer == "keras"; }
};

struct Workers {
  std::unique_ptr<trainer::Trainer> trainer;
  /// What stored trainings are known by, so that results of two trainers never mix: ours with the
  /// revision of its engine, or Keras with its versions and the program's text.
  std::string family;
  std::string remark;  ///< a sentence for the user; empty: nothing to say
};

void add_trainer_options(CLI::App& app, TrainerChoice& choice);

/// With --trainer keras, programs are read by the Python that trains: sets `reading.python` to it.
/// Errors: EnvironmentError when no interpreter has Keras.
void choose_keras_python(const TrainerChoice& choice, std::string& python);

/// `python` and `program` matter for Keras only. Errors: EnvironmentError when dlfix-trainer is not
/// there, or `python` cannot train in Keras.
Workers make_workers(const Resources& resources, const TrainerChoice& choice,
                     const std::string& python, const trainer::KerasProgram& program = {});

/// The program of a repair, for make_workers(). `scratch`: a folder of this run's own.
trainer::KerasProgram keras_program(const std::string& program, const mapping::ProbeOptions& probe,
                                    const std::string& scratch);

}  // namespace dlfix::agent
