#include "eval/evidence/data_findings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "eval/evidence/problem.h"
#include "eval/statistics/random_stream.h"
#include "trainer/support/npy.h"

namespace dlfix::eval {
namespace {

/// Five classes around their own centres in eight dimensions; 300 training and 150 evaluation rows.
class DataFindings : public ::testing::Test {
 protected:
  DataFindings() {
    directory_ =
        std::filesystem::temp_directory_path() /
        ("dlfix_findings_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
         "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
    fill(300, x_, y_, 1);
    fill(150, x_test_, y_test_, 2);
  }
  ~DataFindings() override { std::filesystem::remove_all(directory_); }

  static void fill(int rows, std::vector<float>& x, std::vector<float>& y, std::uint64_t seed) {
    RandomStream random(seed);
    for (int i = 0; i < rows; ++i) {
      const auto label = static_cast<int>(random.index(5));
      y.push_back(static_cast<float>(label));
      for (int j = 0; j < kColumns; ++j) {
        const double noise = random.uniform() + random.uniform() - 1;
        x.push_back(static_cast<float>((j % 5 == label ? 1.0 : 0.0) + noise));
      }
    }
  }
  mapping::ProgramArray array(const std::string& name, const std::vector<float>& values,
                              int width) {
    const auto rows = static_cast<std::int64_t>(values.size()) / width;
    mapping::ProgramArray result;
    result.name = name;
    result.data.path = (directory_ / (name + ".npy")).string();
    result.data.shape = {rows};
    if (width > 1) result.data.shape.push_back(width);
    support::write_npy(result.data.path, result.data.shape, "float32", values.data());
    result.lines = {{"model.py", 10, 10, name + " = load()"}};
    return result;
  }
  mapping::Program program() {
    mapping::Program result;
    result.captured = true;
    trainer::LayerSpec output;
    output.class_name = "Dense";
    output.attributes = {{"units", 5}, {"activation", "softmax"}};
    result.model.layers = {output};
    result.compile.loss = "sparse_categorical_crossentropy";
    result.x = {array("x_train", x_, kColumns)};
    result.y = array("y_train", y_, 1);
    mapping::ProgramEvaluation evaluation;
    evaluation.x = {array("x_test", x_test_, kColumns)};
    evaluation.y = array("y_test", y_test_, 1);
    result.evaluations = {evaluation};
    return result;
  }
  static std::string first_code(const std::vector<DataFinding>& findings) {
    return findings.empty() ? "" : findings[0].code;
  }

  static constexpr int kColumns = 8;
  std::filesystem::path directory_;
  std::vector<float> x_, y_, x_test_, y_test_;
};

TEST_F(DataFindings, HealthyProgramIsSilent) { EXPECT_EQ(first_code(examine_data(program())), ""); }

TEST_F(DataFindings, ScaledLabelsNameTheDivision) {
  for (float& label : y_) label /= 255;
  mapping::Program faulty = program();
  faulty.y->lines.push_back({"model.py", 14, 14, "y_train = y_train / 255.0"});
  faulty.y->lines.push_back({"model.py", 16, 16, "y_train = y_train.astype('float32')"});
  const auto findings = examine_data(faulty);
  ASSERT_EQ(first_code(findings), "labels_scaled");
  EXPECT_TRUE(findings[0].outside_config);
  EXPECT_EQ(findings[0].line.line, 14);
  EXPECT_EQ(detect_problem(faulty).kind, ProblemKind::kMultiClass);
}

TEST_F(DataFindings, ShuffledLabelsAreOutOfStep) {
  RandomStream random(7);
  shuffle(y_, random);
  mapping::Program faulty = program();
  faulty.y->lines.insert(faulty.y->lines.begin(), {"model.py", 8, 8, "np.random.shuffle(y_train)"});
  const auto findings = examine_data(faulty);
  ASSERT_EQ(first_code(findings), "out_of_step");
  EXPECT_TRUE(findings[0].outside_config);
  EXPECT_EQ(findings[0].line.line, 8);
}

TEST_F(DataFindings, RandomLabelsOnBothSidesNeedASourceThatExplainsThem) {
  RandomStream random(7);
  shuffle(y_, random);
  shuffle(y_test_, random);
  mapping::Program baseline = program();
  EXPECT_EQ(first_code(examine_data(baseline)), "");
  baseline.x[0].lines.push_back({"model.py", 9, 9, "x_train = x_train[order]"});
  const auto findings = examine_data(baseline);
  ASSERT_EQ(first_code(findings), "out_of_step");
  EXPECT_EQ(findings[0].line.line, 9);
  baseline.y->lines.push_back({"model.py", 11, 11, "y_train = y_train[order]"});
  EXPECT_EQ(first_code(examine_data(baseline)), "");
}

TEST_F(DataFindings, ConstantAndMissingClasses) {
  const auto labels = y_;
  std::fill(y_.begin(), y_.end(), 2.0F);
  EXPECT_EQ(first_code(examine_data(program())), "labels_constant");
  y_ = labels;
  for (float& label : y_) label = label == 4 ? 3 : label;
  EXPECT_EQ(first_code(examine_data(program())), "classes_missing");
}

TEST_F(DataFindings, LeakageAndTrainIsTest) {
  x_test_.assign(x_.begin(), x_.begin() + 150 * kColumns);
  y_test_.assign(y_.begin(), y_.begin() + 150);
  EXPECT_EQ(first_code(examine_data(program())), "leakage");
  x_test_ = x_;
  y_test_ = y_;
  EXPECT_EQ(first_code(examine_data(program())), "train_is_test");
}

TEST_F(DataFindings, InputsScaledOnOneSideOnly) {
  for (float& value : x_test_) value *= 255;
  const auto findings = examine_data(program());
  EXPECT_EQ(first_code(findings), "inputs_scaled_apart");
}

TEST_F(DataFindings, UnscaledInputsAreANoteOnly) {
  for (float& value : x_) value *= 255;
  for (float& value : x_test_) value *= 255;
  const auto findings = examine_data(program());
  ASSERT_EQ(first_code(findings), "inputs_unscaled");
  EXPECT_FALSE(findings[0].outside_config);
  EXPECT_TRUE(inputs_unscaled(program()));
}

TEST_F(DataFindings, NanAndLabelForm) {
  mapping::Program form = program();
  form.compile.loss = "categorical_crossentropy";
  EXPECT_EQ(first_code(examine_data(form)), "labels_form");
  x_[12] = NAN;
  EXPECT_EQ(first_code(examine_data(program())), "not_finite");
}

TEST_F(DataFindings, TinyAndUncapturedProgramsAreSilent) {
  x_ = x_test_ = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
  y_ = y_test_ = {0, 1};
  EXPECT_EQ(first_code(examine_data(program())), "");
  EXPECT_TRUE(examine_data(mapping::Program{}).empty());
}

TEST_F(DataFindings, RegressionOutOfStep) {
  for (std::size_t i = 0; i < y_.size(); ++i) y_[i] = x_[i * kColumns] * 3 + x_[i * kColumns + 1];
  for (std::size_t i = 0; i < y_test_.size(); ++i) {
    y_test_[i] = x_test_[i * kColumns] * 3 + x_test_[i * kColumns + 1];
  }
  const auto as_regression = [&] {
    mapping::Program result = program();
    result.compile.loss = "mean_squared_error";
    result.model.layers[0].attributes = {{"units", 1}, {"activation", "linear"}};
    return result;
  };
  EXPECT_EQ(detect_problem(as_regression()).kind, ProblemKind::kRegression);
  EXPECT_EQ(first_code(examine_data(as_regression())), "");
  RandomStream random(3);
  shuffle(y_, random);
  EXPECT_EQ(first_code(examine_data(as_regression())), "out_of_step");
}

}  // namespace
}  // namespace dlfix::eval
