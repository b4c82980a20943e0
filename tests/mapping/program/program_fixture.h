// Programs for the tests, read by the real probe.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "mapping/program/edits.h"
#include "mapping/program/probe.h"

namespace dlfix::mapping {

class ProgramFixture : public ::testing::Test {
 protected:
  ProgramFixture() {
    std::string name = (std::filesystem::temp_directory_path() / "dlfix-edit-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    options_.probe_directory = DLFIX_SOURCE_DIR "/mapping/probe";
  }
  ~ProgramFixture() override { std::filesystem::remove_all(folder_); }

  Program read(const std::string& text, const std::string& file = "model.py") {
    path_ = (folder_ / file).string();
    std::ofstream(path_, std::ios::binary) << text;
    return inspect_program(path_, options_);
  }

  /// The program's main file with the changes in it.
  std::string edited(const Program& program, const Config& changes) {
    plan_ = plan_edits(program, changes);
    const auto sources = read_sources(program);
    const auto texts = apply_edits(sources, plan_);
    return texts.contains(program.path) ? texts.at(program.path) : sources.at(program.path);
  }

  std::filesystem::path folder_;
  std::string path_;
  ProbeOptions options_;
  EditPlan plan_;
};

inline const std::string kSequential = R"(import numpy as np
from keras.models import Sequential
from keras.layers import Dense, Activation, Dropout
from keras.optimizers import SGD

x = np.zeros((200, 8))
y = np.zeros((200, 3))
model = Sequential()
model.add(Dense(16, input_shape=(8,), activation='relu'))  # first
model.add(Dense(12))
model.add(Activation("tanh"))
model.add(Dropout(0.25))
model.add(Dense(3, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer=SGD(lr=0.1, momentum=0.9, clipnorm=1.0),
              metrics=['accuracy'])
model.fit(x, y, epochs=5, batch_size=16)
)";

inline const std::string kList = R"(import keras
from keras import layers
import numpy as np
x = np.zeros((200, 8))
y = np.zeros((200, 1))
model = keras.Sequential([
    keras.Input(shape=(8,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(8, activation="relu"),
    layers.Dense(1),
])
model.compile("adam", "mse")
model.fit(x, y, epochs=5)
)";

inline const std::string kFunctional = R"(import keras
from keras import layers
import numpy as np
a = np.zeros((200, 8))
y = np.zeros((200, 1))
inputs = keras.Input(shape=(8,))
h = layers.Dense(16, activation="relu")(inputs)
h = layers.Dense(8, activation="relu")(h)
outputs = layers.Dense(1)(h)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(), loss="mse")
model.fit(a, y, epochs=5)
)";

}  // namespace dlfix::mapping
