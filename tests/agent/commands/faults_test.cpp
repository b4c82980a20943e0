// `dlfix-agent faults`
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/agent/commands/binary_fixture.h"
#include "tests/study_data.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;

class FaultsCommandTest : public BinaryFixture {
 protected:
  FaultsCommandTest() {
    environment_["HOME"] = folder_.path();
    environment_["DLFIX_DATA"] = folder_.file("nowhere");
  }
};

TEST_F(FaultsCommandTest, ListsThirtyFaultsAndTheirData) {
  const auto listed = run({"faults", "list", "--json"});
  ASSERT_EQ(listed.exit_code, 0) << listed.standard_error;
  const auto faults = nlohmann::json::parse(listed.standard_output)["faults"];
  ASSERT_EQ(faults.size(), 30U);
  std::map<std::string, std::string> kinds;
  for (const auto& fault : faults) kinds[fault["id"]] = fault["data"]["kind"];
  EXPECT_EQ(kinds["D1"], "exact");
  EXPECT_EQ(kinds["U8"], "stand-in");
  EXPECT_EQ(kinds["M1"], "missing");
  const auto text = run({"faults", "list", "D"});
  EXPECT_THAT(text.standard_output, HasSubstr("D9"));
  EXPECT_THAT(text.standard_output, testing::Not(HasSubstr("U8")));
}

TEST_F(FaultsCommandTest, ShowsAFaultAndRefusesOthers) {
  const auto shown = run({"faults", "show", "D1"});
  EXPECT_EQ(shown.exit_code, 0) << shown.standard_error;
  EXPECT_THAT(shown.standard_output, HasSubstr("act3 softmax -> sigmoid"));
  EXPECT_EQ(nlohmann::json::parse(run({"faults", "show", "D1", "--json"}).standard_output)["id"],
            "D1");
  EXPECT_EQ(run({"faults", "show"}).exit_code, 2);
  const auto unknown = run({"faults", "show", "Q1"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.standard_error, HasSubstr("Q1: is no fault of the benchmark"));
}

TEST_F(FaultsCommandTest, ChecksWhatTheProgramsLoad) {
  const auto sound = run({"faults", "check", "D1", "D7", "--json"});
  ASSERT_EQ(sound.exit_code, 0) << sound.standard_output << sound.standard_error;
  const auto document = nlohmann::json::parse(sound.standard_output);
  EXPECT_EQ(document["sound"], true);
  EXPECT_EQ(document["faults"][1]["rows"]["loaded"][0]["inputs"][0][0], 80);
  const auto missing = run({"faults", "check", "D7", "M1"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.standard_output, HasSubstr("D7  exact     ok: fit 80 x 1, evaluate 20 x 1"));
  EXPECT_THAT(missing.standard_output, HasSubstr("remedy: `dlfix-agent data get mnist`"));
}

class FaultsCommandData : public BinaryFixture {};

TEST_F(FaultsCommandData, TheStudysDataAreWhatTheyAreSaidToBe) {
  const auto data = std::filesystem::absolute(tests::study_data() / "data");
  if (!std::filesystem::is_directory(data)) GTEST_SKIP() << data << " is not here";
  environment_["HOME"] = folder_.path();
  const auto checked =
      run({"faults", "check", "M1", "C1", "R1", "--data-dir", data.string(), "--json"});
  ASSERT_EQ(checked.exit_code, 0) << checked.standard_output << checked.standard_error;
  const auto faults = nlohmann::json::parse(checked.standard_output)["faults"];
  EXPECT_EQ(faults[0]["data"]["kind"], "exact");
  EXPECT_EQ(faults[1]["data"]["kind"], "sample");
  EXPECT_EQ(faults[2]["data"]["kind"], "close");
  for (const auto& fault : faults) EXPECT_EQ(fault["sound"], true) << fault;
}

}  // namespace
}  // namespace dlfix::agent
