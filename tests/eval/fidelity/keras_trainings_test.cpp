#include "eval/fidelity/keras_trainings.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/study_data.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

std::string write_gzip(const tests::TemporaryFolder& folder, const std::string& text) {
  const std::string path = folder.file("trainings.jsonl.gz");
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return path;
}

constexpr const char* kLines =
    R"({"subject":"A","config":{"lr":0.1},"runs":[["A1","random",10,0,0,"ok",0.5,0.4,1.0],["A1","hebo",10,0,0,"ok",0.6,0.3,1.0]],"neutrality":[["A1",4,[0.51,0.52]]]}
{"subject":"B","config":{"lr":9},"runs":[],"neutrality":[]}
{"subject":"A","config":{"lr":0.2},"runs":[["A1","random",10,0,1,"error",null,null,null]],"neutrality":[]}

{"subject":"A","config":{"lr":0.3},"runs":[["A1","random",10,0,1,"nan",null,null,3.0]],"neutrality":[]}
{"subject":"A","config":{"lr":0.4},"runs":[["A1","random",10,0,1,"cut",null,null,null]],"neutrality":[]}
{"subject":"A","config":{"lr":0.5},"runs":[],"neutrality":[["A1",7,[0.9,0.91]]]}
{"subject":"A","extra":{"l1":1},"config":{"lr":0.6},"runs":[],"neutrality":[]}
)";

TEST(KerasTrainings, ReadsOneSubjectWithEveryOutcome) {
  const tests::TemporaryFolder folder;
  const auto all = read_keras_trainings(write_gzip(folder, kLines), "A");
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].search, (std::vector<double>{0.5, 0.6}));
  EXPECT_EQ(all[0].holdout, (std::vector<double>{0.4, 0.3, 0.51, 0.52}));
  EXPECT_EQ(all[1].outcome, KerasOutcome::kCrashed);
  EXPECT_EQ(all[2].outcome, KerasOutcome::kNan);
  EXPECT_EQ(all[3].outcome, KerasOutcome::kUnknown);
  EXPECT_EQ(all[4].outcome, KerasOutcome::kNumber);
  EXPECT_TRUE(all[4].search.empty());
}

TEST(KerasTrainings, NamesTheLineThatIsNoTraining) {
  const tests::TemporaryFolder folder;
  try {
    read_keras_trainings(write_gzip(folder, "{\"subject\":\"B\"}\n{\"subject\":\"A\"}\n"), "A");
    FAIL();
  } catch (const support::InputError& error) {
    EXPECT_NE(std::string(error.what()).find(".gz:2:"), std::string::npos) << error.what();
  }
  EXPECT_THROW(read_keras_trainings(folder.file("none.gz"), "A"), support::EnvironmentError);
}

TEST(KerasTrainingsData, HasWhatItsReadmeSays) {
  const auto file = tests::study_data() / "benchmark" / "keras_trainings.jsonl.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const auto all = read_keras_trainings(file.string(), "D7");
  EXPECT_EQ(all.size(), 1894u);
  std::size_t finished = 0;
  for (const auto& measured : all) finished += measured.search.size();
  EXPECT_EQ(finished, 2013u);
}

}  // namespace
}  // namespace dlfix::eval
