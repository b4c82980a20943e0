// Each of our checks, where it speaks and where it is silent.
#include "eval/localisers/checks/checks.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "programs.h"
#include "tests/temporary_folder.h"

namespace dlfix::eval::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

std::string npy_of(const tests::TemporaryFolder& folder, const std::string& name,
                   const std::vector<float>& values) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       std::to_string(values.size()) + ", 1), }";
  header.resize((header.size() + 10 + 64) / 64 * 64 - 10 - 1, ' ');
  header += '\n';
  const std::string file = folder.file(name);
  std::ofstream out(file, std::ios::binary);
  out << "\x93NUMPY" << '\x01' << '\0' << static_cast<char>(header.size() & 0xFF)
      << static_cast<char>(header.size() >> 8) << header;
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  return file;
}

/// A sound classifier of ten classes: no check speaks of it.
struct Sound {
  mapping::Program program =
      program_of({dense(64, "relu"), dense(10, "softmax")}, {20}, "categorical_crossentropy");

  Sound() {
    program.compile.metrics = {"accuracy"};
    program.compile.optimizer = {"adam", 0.001, nlohmann::json::object()};
    program.fit.epochs = 20;
    program.fit.batch_size = 32;
    mapping::Hyperparameter rate;
    rate.name = "lr";
    rate.kind = "learning_rate";
    program.hyperparameters.push_back(rate);
  }

  Sound& rows(std::int64_t count) {
    mapping::ProgramArray x;
    x.data.shape = {count, 20};
    program.x = {x};
    return *this;
  }
  Sound& optimizer(const std::string& name, double rate) {
    program.compile.optimizer.name = name;
    program.compile.optimizer.learning_rate = rate;
    return *this;
  }
  Sound& layers(std::vector<trainer::LayerSpec> layers, const std::string& loss) {
    program.model.layers = std::move(layers);
    program.compile.loss = loss;
    return *this;
  }
  /// "K04 HLR", "K11 ACH(0)".
  std::vector<std::string> said() const {
    std::vector<std::string> said;
    for (const RuleFinding& finding : run_checks(program).findings) {
      const FaultLabel label{finding.fault_type, {finding.layers.begin(), finding.layers.end()}};
      said.push_back(finding.rule + " " + to_string(FaultLabels{label}));
    }
    return said;
  }
};

TEST(Checks, SayNothingOfASoundProgram) {
  EXPECT_TRUE(Sound().said().empty());
  EXPECT_TRUE(Sound().rows(5000).said().empty());
  EXPECT_EQ(run_checks(Sound().program).not_checked.size(), 1U);
  EXPECT_TRUE(run_checks(Sound().rows(5000).program).not_checked.empty());
}

TEST(Checks, OutputAndLoss) {
  const std::string bce = "binary_crossentropy";
  EXPECT_THAT(Sound().layers({dense(8, "relu"), dense(1, "softmax")}, bce).said(),
              Contains("K01 ACH(1)"));
  EXPECT_TRUE(Sound().layers({dense(8, "relu"), dense(1, "sigmoid")}, bce).said().empty());
  EXPECT_THAT(Sound().layers({dense(1, "sigmoid")}, "categorical_crossentropy").said(),
              Contains("K02 LCH"));
  for (const char* loss : {"hinge", "mean_squared_error", "mean_absolute_error"}) {
    EXPECT_THAT(Sound().layers({dense(10, "softmax")}, loss).said(), Contains("K03 LCH")) << loss;
  }
  auto quantity = Sound().layers({dense(8, "relu"), dense(1)}, "mean_squared_error");
  quantity.program.compile.metrics = {"mae"};
  EXPECT_TRUE(quantity.said().empty());
}

TEST(Checks, LearningRatesByOptimiser) {
  EXPECT_THAT(Sound().optimizer("adam", 1.0).said(), Contains("K04 HLR"));
  EXPECT_THAT(Sound().optimizer("adadelta", 0.001).said(), Contains("K04 HLR"));
  EXPECT_TRUE(Sound().optimizer("adadelta", 1.0).said().empty());
  EXPECT_THAT(Sound().optimizer("sgd", 3.0).said(), Contains("K04 HLR"));
  auto of_the_default = Sound().optimizer("adadelta", 0.001);
  of_the_default.program.hyperparameters.back().inserted = true;
  EXPECT_THAT(of_the_default.said(), Contains("K15 OCH"));
}

TEST(Checks, FewStepsExcuseALargeRate) {
  EXPECT_THAT(Sound().optimizer("adam", 0.1).rows(20000).said(), Contains("K04 HLR"));
  EXPECT_THAT(Sound().optimizer("adam", 0.1).rows(800).said(), Not(Contains("K04 HLR")));
  EXPECT_THAT(Sound().optimizer("adam", 1.0).rows(800).said(), Contains("K04 HLR"));
}

TEST(Checks, EpochsAndBatches) {
  auto once = Sound();
  once.program.fit.epochs = 1;
  EXPECT_THAT(once.said(), Contains("K05 HNE"));
  auto copies = once;
  const tests::TemporaryFolder folder;
  copies.rows(20000).program.x[0].data.path =
      npy_of(folder, "copies.npy", std::vector<float>(20000, 1.0F));
  EXPECT_THAT(copies.said(), Not(Contains("K05 HNE"))) << "one row, seen 20,000 times";
  std::vector<float> different(20000);
  for (std::size_t i = 0; i < different.size(); ++i) different[i] = static_cast<float>(i);
  copies.program.x[0].data.path = npy_of(folder, "different.npy", different);
  EXPECT_THAT(copies.said(), Contains("K05 HNE"));
  auto few = Sound().rows(160);
  few.program.fit.epochs = 5;
  EXPECT_THAT(few.said(), Contains("K06 HNE"));
  auto single = Sound();
  single.program.fit.batch_size = 1;
  EXPECT_THAT(single.said(), Contains("K07 HBS"));
  auto large = Sound();
  large.program.fit.batch_size = 1000;
  EXPECT_THAT(large.said(), Contains("K08 HBS"));
  auto most_rows = Sound().rows(400);
  most_rows.program.fit.batch_size = 256;
  EXPECT_THAT(most_rows.said(), Contains("K08 HBS"));
  auto half = Sound();
  half.program.fit.batch_size = 500;
  EXPECT_TRUE(half.said().empty());
}

TEST(Checks, PlainDescentOverAShortWay) {
  auto plain = Sound().optimizer("sgd", 0.01);
  plain.program.fit.epochs = 10;
  EXPECT_THAT(plain.said(), Contains("K09 OCH"));
  EXPECT_THAT(Sound(plain).rows(1000000).said(), Not(Contains("K09 OCH"))) << "many steps";
  auto long_enough = plain;
  long_enough.program.fit.epochs = 50;
  EXPECT_TRUE(long_enough.said().empty());
  plain.program.compile.optimizer.options = {{"momentum", 0.9}};
  EXPECT_TRUE(plain.said().empty());
}

TEST(Checks, SingleLayers) {
  const std::string loss = "categorical_crossentropy";
  const auto with = [&](const nlohmann::json& penalty) {
    return Sound().layers(
        {dense(64, "relu", {{"kernel_regularizer", penalty}}), dense(10, "softmax")}, loss);
  };
  EXPECT_THAT(with("l1").said(), Contains("K10 RAW(0)"));
  EXPECT_THAT(with({{"class", "l1_l2"}, {"l1", 0.01}, {"l2", 0.01}}).said(),
              Contains("K10 RAW(0)"));
  EXPECT_TRUE(with({{"class", "l2"}, {"l1", 0.0}, {"l2", 0.0001}}).said().empty());
  for (const char* name : {"softmax", "exponential", "hard_sigmoid"}) {
    EXPECT_THAT(Sound().layers({dense(64, name), dense(10, "softmax")}, loss).said(),
                Contains("K11 ACH(0)"))
        << name;
  }
  EXPECT_THAT(Sound().layers({dense(2, "relu"), dense(10, "softmax")}, loss).said(),
              Contains("K12 LCN(0)"));
  EXPECT_TRUE(Sound().layers({dense(2, "relu"), dense(3, "softmax")}, loss).said().empty())
      << "few classes fit through two numbers";
}

TEST(Checks, LabelsThatCannotBeReached) {
  const tests::TemporaryFolder folder;
  const auto with = [&](std::vector<trainer::LayerSpec> layers, double rate, float label) {
    auto sound = Sound().layers(std::move(layers), "mean_squared_error").optimizer("adam", rate);
    sound.program.compile.metrics = {"mae"};
    sound.program.fit.epochs = 200;
    mapping::ProgramArray x, y;
    x.data = {npy_of(folder, "x.npy", {1, 2, 1, 2}), {4, 1}, "float32", ""};
    y.data = {npy_of(folder, "y.npy", {label, 5, 6, 7}), {4, 1}, "float32", ""};
    sound.program.x = {x};
    sound.program.y = y;
    return sound.said();
  };
  EXPECT_THAT(with({dense(8, "relu"), dense(1, "sigmoid")}, 0.001, 9), Contains("K13 ACH(1)"));
  EXPECT_THAT(with({dense(8, "relu"), dense(1)}, 0.001, 9), Not(Contains("K13 ACH(1)")));
  // 200 steps of 0.001 are 0.2: not enough to make 9 of at most 2.
  EXPECT_THAT(with({dense(1)}, 0.001, 9), Contains("K14 HLR"));
  EXPECT_THAT(with({dense(1)}, 0.1, 9), Not(Contains("K14 HLR")));
}

TEST(Checks, AProgramWithoutLayersHasNothingToCheck) {
  EXPECT_TRUE(run_checks(mapping::Program{}).findings.empty());
}

}  // namespace
}  // namespace dlfix::eval::testing
