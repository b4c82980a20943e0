#include "agent/prompting/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/workflows/sample_program.h"

namespace dlfix::agent {
namespace {

using testing::Contains;

TEST(DatasetName, IsTakenFromWhatLoadsTheData) {
  const std::pair<const char*, const char*> cases[] = {
      {"(x, y), _ = keras.datasets.mnist.load_data()", "MNIST dataset"},
      {"from keras.datasets import fashion_mnist\nfashion_mnist.load_data()",
       "Fashion-MNIST dataset"},
      {"from keras.datasets.cifar10 import load_data\nload_data()", "CIFAR-10 dataset"},
      {"helper.load_data()\nreuters.load_data()", "Reuters newswire dataset"},
      {"from sklearn.datasets import load_digits\nload_digits()", "handwritten digits dataset"},
      {"fetch_california_housing(as_frame=True)", "California housing dataset"},
      {"tfds.load('rock_paper_scissors')", "rock_paper_scissors dataset"},
      {"pd.read_csv('data/pima.csv')\nnp.random.rand(3)", "pima.csv dataset"},
      {"x, y = make_moons(n_samples=30)", "artificially generated dataset"},
      {"x = np.random.normal(size=(3, 4))", "randomly generated dataset"},
      {"f = h5py.File(p)\nx = np.random.choice(f)", ""},
      {"# mnist.load_data()\nx = load(path)", ""},
      {"text = '# not a comment'; x = mnist.load_data()", "MNIST dataset"},
      {"mnist = 3", ""},
      {"", ""}};
  for (const auto& [text, name] : cases) EXPECT_EQ(dataset_name(text), name) << text;
}

TEST(DatasetName, ALineOfDataIsNotRead) {
  const std::string blob(2'000'000, 'a');
  EXPECT_EQ(dataset_name("x = '" + blob + "'\ny = mnist.load_data()\n"), "MNIST dataset");
  EXPECT_EQ(dataset_name(blob), "");
}

class WordingTest : public testing::Test {
 protected:
  mapping::Program inspect(const std::string& text) {
    return mapping::inspect_program(write_program(folder_, text), standin_probe());
  }
  TestFolder folder_;
};

std::string program_with(const std::string& activation, const std::string& loss,
                         const std::string& metrics) {
  return "from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(1, "
         "activation='" +
         activation + "', input_shape=(4,))])\nmodel.compile('sgd', loss='" + loss +
         "', metrics=[" + metrics + "])\nmodel.fit(x, y)\n";
}

TEST_F(WordingTest, WhatCannotBeSeenInLabelsIsJudgedByTheProgram) {
  const std::tuple<std::string, std::string, std::string, std::string> cases[] = {
      {"linear", "mse", "", "regression problem"},
      {"linear", "mse", "'mae'", "regression problem"},
      {"linear", "mse", "'accuracy'", "classification problem"},
      {"linear", "binary_crossentropy", "", "classification problem"},
      {"sigmoid", "mse", "", "classification problem"}};
  for (const auto& [activation, loss, metrics, task] : cases) {
    const auto program = inspect(program_with(activation, loss, metrics));
    EXPECT_EQ(infer_wording(program, problem_of(program), "accuracy").task, task)
        << activation << loss << metrics;
  }
}

TEST_F(WordingTest, GoalsNameTheMetricAsPeopleWriteIt) {
  const auto program = inspect(program_with("linear", "mse", ""));
  const auto problem = problem_of(program);
  EXPECT_EQ(infer_wording(program, problem, "accuracy").goal, "increase the original accuracy");
  EXPECT_EQ(infer_wording(program, problem, "mae").goal, "decrease the original MAE");
  EXPECT_EQ(infer_wording(program, problem, "loss").goal, "decrease the original loss");
}

TEST_F(WordingTest, WhatIsGivenCounts) {
  const Wording words = complete_wording({"", "my data", ""}, {"task", "other", "goal"});
  EXPECT_EQ(words.task, "task");
  EXPECT_EQ(words.dataset, "my data");
  EXPECT_EQ(words.goal, "goal");
}

TEST_F(WordingTest, FactsOfACapturedProgramHaveSizesAndClasses) {
  const auto program = mapping::capture_program(write_program(folder_, sample_text(90, "0.1")),
                                                folder_.file("capture"), standin_probe());
  const auto facts = problem_facts(program, problem_of(program), "accuracy");
  EXPECT_THAT(facts, Contains("trained on 60 rows of shape (4)"));
  EXPECT_THAT(facts, Contains("evaluated on 30 rows of shape (4)"));
  EXPECT_THAT(facts, Contains("judged by accuracy, more is better"));
}

}  // namespace
}  // namespace dlfix::agent
