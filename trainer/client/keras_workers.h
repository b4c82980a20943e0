// Trains in the user's own Keras: worker processes that run trainer/keras/dlfix_keras_worker.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

/// A program whose own objects (custom losses, Lambda, layers of its own) a request may need. The
/// workers then run its data code as the probe does: without network, writing to `scratch` only.
struct KerasProgram {
  std::string path;  ///< empty: Keras's own objects alone
  std::string scratch;
  std::string working_directory;  ///< empty: ours
  std::string data_directory;
  std::string config_file;
  std::string model;                   ///< the variable that holds it; empty: the last one fitted
  std::vector<std::string> arguments;  ///< of the program
};

struct KerasOptions {
  std::string python;           ///< an interpreter with TensorFlow and Keras
  std::string worker_folder;    ///< holds the package dlfix_keras_worker
  std::string probe_folder;     ///< holds the package dlfix_probe
  std::string device = "auto";  ///< auto, cpu, cuda, cuda:n
  int workers = 0;              ///< 0: one per core (one in all on CUDA)
  KerasProgram program;
};

/// The Keras that it trains in, with versions: "keras 3.15.1 + keras 2.21.0 (tf_keras)". Requests
/// of the profile keras3 are trained in the first that is Keras 3, others in one that is not, where
/// there is one. Errors: EnvironmentError when the interpreter has none.
std::string keras_versions(const KerasOptions& options);

/// As make_worker_pool(), for Keras; one training after the other in each worker. The counted work
/// of a result is that of its request (work.h), so that budgets mean the same as with our trainer.
std::unique_ptr<Trainer> make_keras_workers(const KerasOptions& options);

}  // namespace dlfix::trainer
