#include "trainer/support/subprocess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "trainer/support/errors.h"

namespace dlfix::support {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::HasSubstr;

ProcessOptions shell(const std::string& script) {
  ProcessOptions options;
  options.arguments = {"sh", "-c", script};
  return options;
}

/// True when no process with this id runs (a zombie counts as gone).
bool is_gone(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::stringstream text;
  text << stat.rdbuf();
  const auto close = text.str().rfind(')');
  return close == std::string::npos || text.str()[close + 2] == 'Z';
}

bool is_gone_within(const std::string& pid, std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (!is_gone(pid)) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

TEST(RunProcess, GivesBothStreamsAndTheExitCode) {
  const auto result = run_process(shell("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
  EXPECT_FALSE(result.timed_out || result.cancelled);
}

TEST(RunProcess, NamesTheSignalThatKilled) {
  EXPECT_EQ(run_process(shell("kill -SEGV $$")).exit_code, 128 + SIGSEGV);
}

TEST(RunProcess, SendsLargeInputWhileReadingLargeOutput) {
  ProcessOptions options;
  options.arguments = {"cat"};
  options.standard_input.assign(5 << 20, 'x');
  EXPECT_EQ(run_process(options).standard_output, options.standard_input);
}

TEST(RunProcess, SurvivesAChildThatDoesNotReadItsInput) {
  ProcessOptions options = shell("exec 0<&-; sleep 0.1; echo fine");
  options.standard_input.assign(5 << 20, 'x');
  EXPECT_EQ(run_process(options).standard_output, "fine\n");
}

TEST(RunProcess, DropsOutputBeyondTheLimitAndGoesOn) {
  ProcessOptions options = shell("head -c 3000000 /dev/zero; echo end >&2");
  options.output_limit = 1000;
  const auto result = run_process(options);
  EXPECT_EQ(result.standard_output.size(), 1000U);
  EXPECT_EQ(result.standard_error, "end\n");
  EXPECT_EQ(result.exit_code, 0);
}

TEST(RunProcess, UsesFolderAndEnvironment) {
  ProcessOptions options = shell("pwd; echo $DLFIX_TEST_VALUE $HOME");
  options.working_directory = "/tmp";
  options.environment = {{"DLFIX_TEST_VALUE", "a b"}, {"HOME", "/nowhere"}};
  EXPECT_EQ(run_process(options).standard_output, "/tmp\na b /nowhere\n");
}

TEST(RunProcess, TimeoutEndsTheWholeGroup) {
  ProcessOptions options = shell("sleep 60 & echo $!; wait");
  options.timeout = 200ms;
  const auto begin = Clock::now();
  const auto result = run_process(options);
  EXPECT_TRUE(result.timed_out);
  EXPECT_FALSE(result.cancelled);
  EXPECT_EQ(result.exit_code, 128 + SIGTERM);
  EXPECT_LT(Clock::now() - begin, 2s);
  EXPECT_TRUE(
      is_gone_within(result.standard_output.substr(0, result.standard_output.find('\n')), 1s));
}

TEST(RunProcess, KillsWhatIgnoresSigterm) {
  ProcessOptions options = shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
  options.timeout = 200ms;
  const auto begin = Clock::now();
  EXPECT_EQ(run_process(options).exit_code, 128 + SIGKILL);
  EXPECT_GT(Clock::now() - begin, 1s);
  EXPECT_LT(Clock::now() - begin, 4s);
}

TEST(RunProcess, CancelIsSeenSoon) {
  std::atomic<bool> cancel = false;
  ProcessOptions options = shell("sleep 60");
  options.cancel = &cancel;
  std::thread later([&] {
    std::this_thread::sleep_for(100ms);
    cancel = true;
  });
  const auto begin = Clock::now();
  EXPECT_TRUE(run_process(options).cancelled);
  EXPECT_LT(Clock::now() - begin, 1s);
  later.join();
}

TEST(RunProcess, DoesNotWaitForGrandchildrenThatHoldTheStreams) {
  const auto begin = Clock::now();
  const auto result = run_process(shell("sleep 60 & echo $!"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_LT(Clock::now() - begin, 5s);
  EXPECT_TRUE(
      is_gone_within(result.standard_output.substr(0, result.standard_output.find('\n')), 1s));
}

TEST(RunProcess, SaysWhatCannotBeStarted) {
  ProcessOptions options;
  options.arguments = {"no-such-program-here"};
  EXPECT_THAT([&] { run_process(options); },
              testing::ThrowsMessage<EnvironmentError>(HasSubstr("no-such-program-here")));
  options.arguments = {"/etc/passwd"};
  EXPECT_THAT([&] { run_process(options); },
              testing::ThrowsMessage<EnvironmentError>(HasSubstr("Permission denied")));
  options.arguments = {"true"};
  options.working_directory = "/no/such/folder";
  EXPECT_THAT([&] { run_process(options); },
              testing::ThrowsMessage<EnvironmentError>(HasSubstr("/no/such/folder")));
}

TEST(RunProcess, LeavesNoZombies) {
  for (int i = 0; i < 20; ++i) run_process(shell("exit 0"));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(RunProcess, RunsFromManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 10; ++k) {
        ProcessOptions options;
        options.arguments = {"cat"};
        options.standard_input = std::to_string(i * 100 + k);
        if (run_process(options).standard_output == options.standard_input) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 80);
}

TEST(LineProcess, AnswersLineByLine) {
  LineProcess process(shell("while read line; do echo got $line; done"));
  ASSERT_TRUE(process.write_line("one"));
  EXPECT_EQ(process.read_line(5s), "got one");
  ASSERT_TRUE(process.write_line("two"));
  EXPECT_EQ(process.read_line(5s), "got two");
  EXPECT_EQ(process.read_line(20ms), std::nullopt);
  EXPECT_FALSE(process.ended());
  EXPECT_EQ(process.wait(), 0);
}

TEST(LineProcess, GivesAllLinesBeforeItEndsAndDropsATornOne) {
  LineProcess process(shell("printf 'a\\nb\\nto'; exit 3"));
  EXPECT_EQ(process.wait(), 3);
  EXPECT_FALSE(process.ended());
  EXPECT_EQ(process.read_line(1s), "a");
  EXPECT_EQ(process.read_line(1s), "b");
  EXPECT_EQ(process.read_line(1s), std::nullopt);
  EXPECT_TRUE(process.ended());
  EXPECT_EQ(process.output_fd(), -1);
}

TEST(LineProcess, CanBePolled) {
  LineProcess process(shell("sleep 0.1; echo late"));
  pollfd event{process.output_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&event, 1, 5000), 1);
  EXPECT_EQ(process.read_line(0ms), "late");
}

TEST(LineProcess, NeverBlocksOnAChildThatDoesNotRead) {
  LineProcess process(shell("sleep 60"));
  const std::string line(1 << 20, 'x');
  const auto begin = Clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(process.write_line(line));
  EXPECT_LT(Clock::now() - begin, 2s);
}

TEST(LineProcess, WritingToADeadChildIsFalseAndNoSignal) {
  LineProcess process(shell("exit 0"));
  process.wait();
  EXPECT_FALSE(process.write_line("anybody?"));
}

TEST(LineProcess, KillEndsTheGroupAndIsReported) {
  LineProcess process(shell("sleep 60 & echo $!; wait"));
  const std::string grandchild = process.read_line(5s).value();
  process.kill();
  EXPECT_EQ(process.wait(), 128 + SIGKILL);
  EXPECT_TRUE(is_gone_within(grandchild, 1s));
}

TEST(LineProcess, KeepsTheTailOfStandardError) {
  LineProcess process(shell("yes noise | head -c 100000 >&2; echo last words >&2; exit 1"));
  EXPECT_EQ(process.wait(), 1);
  EXPECT_LE(process.standard_error().size(), 16U << 10);
  EXPECT_THAT(process.standard_error(), testing::EndsWith("last words\n"));
}

TEST(LineProcess, KillsAChildWhoseLineNeverEnds) {
  ProcessOptions options = shell("yes | tr -d '\\n'");
  options.output_limit = 100000;
  LineProcess process(options);
  EXPECT_EQ(process.read_line(10s), std::nullopt);
  EXPECT_TRUE(process.ended());
}

TEST(LineProcess, OutlivesTheThreadThatMadeIt) {
  std::unique_ptr<LineProcess> process;
  std::thread maker([&] { process = std::make_unique<LineProcess>(shell("read x; echo alive")); });
  maker.join();
  std::this_thread::sleep_for(100ms);
  process->write_line("x");
  EXPECT_EQ(process->read_line(5s), "alive");
}

TEST(LineProcess, DiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {  // a process of ours that is killed without a chance to clean up
    LineProcess process(shell("echo $$; exec sleep 60"));
    const std::string pid = process.read_line(10s).value_or("");
    [[maybe_unused]] const auto n = ::write(ends[1], pid.data(), pid.size());
    ::pause();
  }
  char text[32] = {};
  ASSERT_GT(::read(ends[0], text, sizeof text - 1), 0);
  ASSERT_FALSE(is_gone(text));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(is_gone_within(text, 2s));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(LineProcess, SaysWhatCannotBeStarted) {
  ProcessOptions options;
  options.arguments = {"/no/such/worker"};
  EXPECT_THAT([&] { LineProcess process(options); },
              testing::ThrowsMessage<EnvironmentError>(HasSubstr("/no/such/worker")));
}

}  // namespace
}  // namespace dlfix::support
