#include "agent/workflows/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/workflows/sample_program.h"

namespace dlfix::agent {
namespace {

/// A stand-in for a Python with Keras: answers the probe's question with a fixed text.
std::string python_that_answers(const TestFolder& folder, const std::string& answer) {
  const std::string file =
      write_program(folder, "#!/bin/sh\ncat <<'END'\n" + answer + "\nEND\n", "python");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  return file;
}

RepairReport proven_report(const TestFolder& folder) {
  RepairReport report;
  report.program = write_program(folder, "old");
  report.metric = "accuracy";
  report.faulty.emplace().mean = 0.5;
  report.patched.emplace().mean = 0.9;
  report.patched_sources[report.program] = "new";
  return report;
}

RepairReport verified(const std::string& answer) {
  const TestFolder folder;
  RepairReport report = proven_report(folder);
  mapping::ProbeOptions probe;
  probe.python = python_that_answers(folder, answer);
  SilentReporter reporter;
  verify_in_keras(report, probe, folder.path(), reporter);
  return report;
}

TEST(Verify, AveragesWhatKerasMeasuredForBothPrograms) {
  const auto report = verified(R"({"keras": "3.1", "runs": [
      {"seed": 1, "metrics": {"loss": 0.7, "compile_metrics_accuracy": 0.8}},
      {"seed": 2, "metrics": {"loss": 0.6, "acc": 0.9}}]})");
  ASSERT_EQ(report.verify.size(), 2u);
  EXPECT_EQ(report.verify[0].program, "faulty");
  EXPECT_DOUBLE_EQ(report.verify[0].ours, 0.5);
  EXPECT_EQ(report.verify[1].program, "patched");
  EXPECT_NEAR(report.verify[1].keras, 0.85, 1e-12);
  EXPECT_EQ(report.verify[1].remark, "Keras 3.1, 2 seeds");
}

TEST(Verify, SaysWhyThereIsNoFigure) {
  EXPECT_THAT(verified(R"({"error": {"message": "no module keras"}})").verify[0].remark,
              testing::HasSubstr("no module keras"));
  EXPECT_THAT(verified(R"({"keras": "3.1", "runs": [{"metrics": {"loss": 1}}]})").verify[0].remark,
              testing::HasSubstr("did not report accuracy"));
  EXPECT_THAT(verified("Traceback").verify[0].remark, testing::HasSubstr("no answer"));
}

}  // namespace
}  // namespace dlfix::agent
