#include "eval/stopping/curve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

TEST(Curve, KeepsTwentyPointsAndTheEnd) {
  std::vector<double> values(101);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = double(i + 1);
  const auto points = thinned(values);
  ASSERT_EQ(points.size(), 20U);
  EXPECT_EQ(points.front().epoch, 6);
  EXPECT_EQ(points.front().value, 6);
  EXPECT_EQ(points.back().epoch, 101);
  EXPECT_EQ(thinned({0.5, 0.6, 0.7}).size(), 3U);
  EXPECT_TRUE(thinned({}).empty());
}

TEST(Curve, ItsValueAfterAShareIsThatOfTheNextPoint) {
  const Curve curve{"D6", {}, "accuracy", 10, {{3, 0.3}, {5, 0.5}, {10, 0.9}}};
  EXPECT_EQ(curve.at(0.25), 0.3);
  EXPECT_EQ(curve.at(0.5), 0.5);
  EXPECT_EQ(curve.at(0.51), 0.9);
  EXPECT_EQ(curve.final(), 0.9);
}

TEST(Curve, ErrorIsTheDistanceToTheBestThereIs) {
  EXPECT_DOUBLE_EQ(remaining_error("accuracy", 0.75), 0.25);
  EXPECT_DOUBLE_EQ(remaining_error("mae", 0.75), 0.75);
  EXPECT_TRUE(std::isinf(remaining_error("loss", NAN)));
  EXPECT_DOUBLE_EQ(value_at_error("accuracy", 0.25), 0.75);
  EXPECT_DOUBLE_EQ(value_at_error("mae", 0.25), 0.25);
}

TEST(Curve, SurvivesTheWayThroughAFile) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("curves.jsonl");
  const Curve curve{"D6", {{"lr", 0.1}}, "accuracy", 10, {{5, NAN}, {10, 0.9}}};
  std::ofstream(path) << nlohmann::json(curve).dump() << "\n";
  const auto read = read_curves(path);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(nlohmann::json(read[0]), nlohmann::json(curve));
  EXPECT_TRUE(std::isnan(read[0].points[0].value));
}

TEST(Curve, NamesTheLineThatIsNone) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.file("curves.jsonl");
  for (const char* line :
       {"{}", "[]", "{\"a\"",
        R"({"program":"D","config":{},"metric":"mae","epochs":3,"at":[],"values":[]})",
        R"({"program":"D","config":{},"metric":"mae","epochs":3,"at":[2,1],"values":[1,1]})",
        R"({"program":"D","config":{},"metric":"mae","epochs":3,"at":[4],"values":[1]})"}) {
    std::ofstream(path) << line << "\n";
    try {
      read_curves(path);
      FAIL() << line;
    } catch (const support::InputError& error) {
      EXPECT_NE(std::string(error.what()).find("curves.jsonl:1"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace dlfix::eval
