#include "agent/workflows/capture_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/agent/workflows/sample_program.h"

namespace dlfix::agent {
namespace {

class CaptureFolderTest : public testing::Test {
 protected:
  RunRecord record(const CaptureFolder& capture) const {
    RunRecord run;
    run.identity = "same";
    run.capture = capture.path();
    return run;
  }
  TestFolder folder_;
  Store store_{folder_.file("store.sqlite")};
};

TEST_F(CaptureFolderTest, ALiveRunKeepsItsFolder) {
  const CaptureFolder capture = CaptureFolder::create(store_);
  store_.begin_run(record(capture));
  EXPECT_FALSE(find_interrupted_capture(store_, "same"));
  EXPECT_EQ(remove_unused_captures(store_), 0);
}

TEST_F(CaptureFolderTest, AKilledRunLeavesItsFolderToTheNext) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    Store own(folder_.file("store.sqlite"));
    const CaptureFolder capture = CaptureFolder::create(own);
    own.begin_run(record(capture));
    if (write(ends[1], "x", 1) == 1) pause();
    _exit(0);
  }
  char mark;
  ASSERT_EQ(read(ends[0], &mark, 1), 1);
  EXPECT_FALSE(find_interrupted_capture(store_, "same"));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(find_interrupted_capture(store_, "other"));
  const auto found = find_interrupted_capture(store_, "same");
  ASSERT_TRUE(found);
  EXPECT_EQ(store_.runs("same")[0].status, "interrupted");
}

TEST_F(CaptureFolderTest, AFinishedRunIsNotResumed) {
  std::int64_t run = 0;
  { run = store_.begin_run(record(CaptureFolder::create(store_))); }
  store_.end_run(run, "proven", {});
  EXPECT_FALSE(find_interrupted_capture(store_, "same"));
  EXPECT_EQ(remove_unused_captures(store_), 1);
}

TEST_F(CaptureFolderTest, CapturesOnceUnlessTheProgramChanged) {
  const std::string program = write_program(folder_, sample_text(60, "0.1"));
  int captures = 0;
  const CaptureFunction capture = [&](const std::string& file, const std::string& directory) {
    ++captures;
    return mapping::capture_program(file, directory, standin_probe());
  };
  capture_once(program, folder_.file("capture"), capture);
  capture_once(program, folder_.file("capture"), capture);
  EXPECT_EQ(captures, 1);
  write_program(folder_, sample_text(60, "0.2"));
  const auto again = capture_once(program, folder_.file("capture"), capture);
  EXPECT_EQ(captures, 2);
  EXPECT_EQ(again.find("lr")->value, 0.2);
}

}  // namespace
}  // namespace dlfix::agent
