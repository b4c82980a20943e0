// A small real program for workflow tests, read by the real probe with the bundled stand-in Keras.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "mapping/program/probe.h"

namespace dlfix::agent {

/// A folder that goes with the test.
class TestFolder {
 public:
  TestFolder() : path_("/tmp/dlfix-test-XXXXXX") {
    if (!mkdtemp(path_.data())) throw std::runtime_error("no temporary folder");
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Two classes that a line divides; `rows` in all, a third of them to evaluate on.
inline std::string sample_text(int rows, const std::string& rate) {
  return "import numpy as np\n"
         "from tensorflow import keras\n"
         "\n"
         "rng = np.random.default_rng(3)\n"
         "x = rng.normal(size=(" +
         std::to_string(rows) +
         ", 4)).astype('float32')\n"
         "y = (x[:, 0] + x[:, 1] > 0).astype('int32')\n"
         "split = len(x) * 2 // 3\n"
         "model = keras.Sequential([\n"
         "    keras.layers.Dense(8, activation='relu', input_shape=(4,)),\n"
         "    keras.layers.Dense(1, activation='sigmoid'),\n"
         "])\n"
         "model.compile(optimizer=keras.optimizers.SGD(learning_rate=" +
         rate +
         "),\n"
         "              loss='binary_crossentropy', metrics=['accuracy'])\n"
         "model.fit(x[:split], y[:split], batch_size=16, epochs=10)\n"
         "model.evaluate(x[split:], y[split:])\n";
}

inline mapping::ProbeOptions standin_probe() {
  mapping::ProbeOptions options;
  options.probe_directory = std::string(DLFIX_SOURCE_DIR) + "/mapping/probe";
  options.frontend = "standin";
  return options;
}

inline std::string write_program(const TestFolder& folder, const std::string& text,
                                 const std::string& name = "model.py") {
  std::ofstream(folder.file(name)) << text;
  return folder.file(name);
}

}  // namespace dlfix::agent
