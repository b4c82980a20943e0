// Trainings as lines that outlive their store.
#include "agent/store/exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using trainer::TrainingResult;
using trainer::TrainingStatus;

const TrainerIdentity kTorch{"cpu", "torch"};

TrainingResult result_of(double value, TrainingStatus status = TrainingStatus::kOk) {
  TrainingResult result;
  result.status = status;
  result.trainer = "torch 1.13.0";
  result.device = "cpu";
  result.seconds = 0.5;
  result.work = 2;
  result.epochs = {{0.5, 0.6, 0.7, 0.8, 0.01}};
  result.evaluations = {{"final", 0.25, value, {1, 0}, {0.5F, 0.5F}, {1, 0}}};
  return result;
}

class ExchangeTest : public testing::Test {
 protected:
  ExchangeTest() : folder_("/tmp/dlfix-exchange-XXXXXX") {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~ExchangeTest() override { fs::remove_all(folder_); }

  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  std::string text(const std::string& name) const {
    std::ostringstream all;
    all << std::ifstream(file(name)).rdbuf();
    return all.str();
  }
  std::string error_of(const std::string& lines) {
    std::ofstream(file("bad.jsonl")) << lines;
    Store store(file("into.sqlite"));
    try {
      import_trainings(store, file("bad.jsonl"));
    } catch (const support::Error& error) {
      EXPECT_FALSE(error.remedy().empty());
      EXPECT_EQ(store.counts().trainings, 0);
      return error.what();
    }
    return "";
  }

  std::string folder_;
};

TEST_F(ExchangeTest, ValuesSurviveTheRoundTrip) {
  Store from(file("from.sqlite"));
  from.put_training("b", kTorch, result_of(0.75));
  from.put_training("a", {"cuda", "keras 3"}, result_of(std::nan(""), TrainingStatus::kNan));
  from.put_training("c", kTorch, result_of(0, TrainingStatus::kCancelled));
  EXPECT_EQ(export_trainings(from, file("list.jsonl.gz")), 2) << "a cancelled one says nothing";
  Store into(file("into.sqlite"));
  const ImportReport report = import_trainings(into, file("list.jsonl.gz"));
  EXPECT_EQ(report.read, 2);
  EXPECT_EQ(report.added, 2);
  const auto stored = into.stored_training("b", kTorch);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->imported);
  EXPECT_EQ(stored->result.evaluations.at(0).value, 0.75);
  EXPECT_EQ(stored->result.evaluations.at(0).loss, 0.25);
  EXPECT_EQ(stored->result.work, 2);
  EXPECT_TRUE(stored->result.evaluations.at(0).row_values.empty());
  const auto diverged = into.stored_training("a", {"cuda", "keras 3"});
  ASSERT_TRUE(diverged);
  EXPECT_EQ(diverged->result.status, TrainingStatus::kNan);
  EXPECT_TRUE(std::isnan(diverged->result.evaluations.at(0).value));
  EXPECT_EQ(import_trainings(into, file("list.jsonl.gz")).added, 0);
}

TEST_F(ExchangeTest, EqualStoresGiveEqualFiles) {
  for (const char* name : {"one", "two"}) {
    Store store(file(std::string(name) + ".sqlite"));
    const bool first = std::string(name) == "one";
    store.put_training(first ? "a" : "b", kTorch, result_of(0.5));
    store.put_training(first ? "b" : "a", kTorch, result_of(0.5));
    export_trainings(store, file(std::string(name) + ".jsonl"));
  }
  EXPECT_EQ(text("one.jsonl"), text("two.jsonl"));
  EXPECT_THAT(text("one.jsonl"), HasSubstr("\"revision\":"));
}

TEST_F(ExchangeTest, ATrainingMadeHereTakesAnImportedOnesPlace) {
  Store from(file("from.sqlite"));
  from.put_training("a", kTorch, result_of(0.75));
  export_trainings(from, file("list.jsonl"));
  Store into(file("into.sqlite"));
  import_trainings(into, file("list.jsonl"));
  EXPECT_FALSE(into.training("a", kTorch)) << "its rows are not known";
  into.put_training("a", kTorch, result_of(0.75));
  ASSERT_TRUE(into.training("a", kTorch));
  EXPECT_EQ(into.training("a", kTorch)->evaluations[0].row_values.size(), 2U);
  import_trainings(into, file("list.jsonl"));
  EXPECT_TRUE(into.training("a", kTorch)) << "what is whole stays";
}

TEST_F(ExchangeTest, NamesTheLineThatIsWrong) {
  Store from(file("from.sqlite"));
  from.put_training("a", kTorch, result_of(0.75));
  export_trainings(from, file("list.jsonl"));
  const std::string good = text("list.jsonl");
  EXPECT_THAT(error_of(good + "{\"key\": 3}\n"), HasSubstr("bad.jsonl:2"));
  EXPECT_THAT(error_of("no json\n"), HasSubstr("bad.jsonl:1"));
  EXPECT_THAT(error_of("[]\n"), HasSubstr("bad.jsonl:1"));
  nlohmann::json other = nlohmann::json::parse(good);
  other["revision"] = trainer::kEngineRevision + 1;
  EXPECT_THAT(error_of(other.dump() + "\n"), HasSubstr("revision"));
  other["revision"] = trainer::kEngineRevision;
  other["evaluations"] = {{{"name", "final"}}};
  EXPECT_THAT(error_of(other.dump() + "\n"), HasSubstr("bad.jsonl:1"));
  other["evaluations"] = {3};
  EXPECT_THAT(error_of(other.dump() + "\n"), HasSubstr("bad.jsonl:1"));
}

TEST_F(ExchangeTest, AFileThatCannotBeWrittenLeavesTheOldOne) {
  Store from(file("from.sqlite"));
  EXPECT_THROW(export_trainings(from, file("no/list.jsonl")), support::EnvironmentError);
  Store into(file("into.sqlite"));
  EXPECT_THROW(import_trainings(into, file("no.jsonl")), support::EnvironmentError);
}

}  // namespace
}  // namespace dlfix::agent
