#include "agent/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  StoreTest() : folder_("/tmp/dlfix-store-XXXXXX") { EXPECT_NE(mkdtemp(folder_.data()), nullptr); }
  ~StoreTest() override { fs::remove_all(folder_); }
  std::string file(const std::string& name = "store.sqlite") const { return folder_ + "/" + name; }
  std::string folder_;
};

trainer::TrainingResult some_result(double value, std::size_t rows = 3) {
  trainer::TrainingResult result;
  result.status = trainer::TrainingStatus::kOk;
  result.epochs = {{0.5, value, std::nan(""), std::nan(""), 0.01}};
  result.evaluations = {{"measured", 0.25, value, std::vector<float>(rows, 1.0F), {}, {}}};
  result.seconds = 1.5;
  result.work = 2.5;
  result.device = "cpu";
  result.trainer = "torch 1.13.0";
  return result;
}

const TrainerIdentity kTorch{"cpu", "torch"};

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const support::EnvironmentError& error) {
    return error.what();
  }
  return "no error";
}

std::string read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Runs `body` in a child; returns its exit status (or 128 + signal).
int in_child(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST_F(StoreTest, KeepsTrainingsWithNotANumberInThem) {
  Store(file()).put_training("key", kTorch, some_result(0.75));
  const Store again(file(), Store::Mode::kReadOnly);
  const auto result = again.training("key", kTorch);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->evaluations[0].value, 0.75);
  EXPECT_EQ(result->evaluations[0].row_values.size(), 3u);
  EXPECT_TRUE(std::isnan(result->epochs[0].val_loss));
  EXPECT_EQ(result->trainer, "torch 1.13.0");
}

TEST_F(StoreTest, TellsTrainersAndDevicesApart) {
  Store store(file());
  store.put_training("key", kTorch, some_result(0.75));
  EXPECT_FALSE(store.training("key", {"cpu", "keras"}));
  EXPECT_FALSE(store.training("key", {"cuda", "torch"}));
  EXPECT_FALSE(store.training("other", kTorch));
}

TEST_F(StoreTest, KeepsTheFirstOfTwoEqualTrainings) {
  Store store(file());
  store.put_training("key", kTorch, some_result(0.75));
  store.put_training("key", kTorch, some_result(0.25));
  EXPECT_EQ(store.training("key", kTorch)->evaluations[0].value, 0.75);
  EXPECT_EQ(store.counts().trainings, 1);
}

TEST_F(StoreTest, KeepsProgramsPromptsAndReplies) {
  Store store(file());
  store.put_program("h", "/a/model.py", "import keras\n");
  store.put_prompt("p", "Repair this.");
  store.put_reply({"r", "openai", "gpt-4", {{"n", 1}}, {{"text", "ok"}}});
  EXPECT_EQ(store.program_text("h"), "import keras\n");
  EXPECT_EQ(store.prompt_text("p"), "Repair this.");
  ASSERT_TRUE(store.reply("r"));
  EXPECT_EQ(store.reply("r")->response["text"], "ok");
  EXPECT_FALSE(store.reply("none"));
}

TEST_F(StoreTest, RecordsRuns) {
  Store store(file());
  RunRecord run;
  run.command = "repair";
  run.identity = "same";
  const auto first = store.begin_run(run);
  const auto second = store.begin_run(run);
  store.end_run(first, "proven", {{"outcome", "proven"}});
  const auto runs = store.runs("same");
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].id, second);
  EXPECT_EQ(runs[0].status, "running");
  EXPECT_EQ(runs[1].result["outcome"], "proven");
  EXPECT_TRUE(store.runs("other").empty());
}

TEST_F(StoreTest, CollectsWhatIsOldButNotRunsThatAreGoing) {
  Store store(file());
  store.put_training("key", kTorch, some_result(0.75));
  RunRecord run;
  run.program_hash = "kept";
  store.begin_run(run);
  store.put_program("kept", "a.py", "a");
  store.put_program("lost", "b.py", "b");
  EXPECT_EQ(store.collect(0), 0);
  EXPECT_EQ(store.collect(INT64_MAX), 2);
  EXPECT_EQ(store.counts().trainings, 0);
  EXPECT_EQ(store.counts().runs, 1);
  EXPECT_TRUE(store.program_text("kept"));
}

TEST_F(StoreTest, LeavesAnotherApplicationsDatabaseAlone) {
  const std::string command = "python3 -c \"import sqlite3; c = sqlite3.connect('" + file() +
                              "'); c.execute('create table t (x)'); c.commit()\"";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const std::string before = read_text(file());
  EXPECT_THAT(error_of([&] { Store store(file()); }), testing::HasSubstr("another application"));
  EXPECT_EQ(read_text(file()), before);
}

TEST_F(StoreTest, LeavesAFileThatIsNoDatabaseAlone) {
  const std::string text(5000, 'x');
  std::ofstream(file()) << text;
  EXPECT_THAT(error_of([&] { Store store(file()); }), testing::HasSubstr("is not a run store"));
  EXPECT_EQ(read_text(file()), text);
}

TEST_F(StoreTest, SaysThatAFileIsDamaged) {
  {
    Store store(file());
    for (int i = 0; i < 200; ++i) {
      store.put_training(std::to_string(i), kTorch, some_result(0.5, 1000));
    }
  }
  {
    std::fstream damage(file(), std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4096);
    const std::string garbage(60000, '\x5a');
    damage.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
  }
  fs::remove(file("store.sqlite-wal"));
  const std::string error = error_of([&] {
    const Store store(file());
    for (int i = 0; i < 200; ++i) store.training(std::to_string(i), kTorch);
    store.runs();
  });
  EXPECT_THAT(error, testing::HasSubstr("is damaged"));
}

TEST_F(StoreTest, RefusesANewerSchema) {
  { Store store(file()); }
  const std::string command = "python3 -c \"import sqlite3; c = sqlite3.connect('" + file() +
                              "'); c.execute('pragma user_version = 99'); c.commit()\"";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(error_of([&] { Store store(file()); }), testing::HasSubstr("newer version"));
}

TEST_F(StoreTest, SaysWhenTheFolderCannotBeMade) {
  std::ofstream(file("plain")) << "x";
  EXPECT_THAT(error_of([&] { Store store(file("plain") + "/store.sqlite"); }),
              testing::HasSubstr("cannot make the folder"));
}

TEST_F(StoreTest, SaysThatTheDiskIsFullAndKeepsWhatIsThere) {
  { Store(file()).put_training("first", kTorch, some_result(0.5)); }
  const int status = in_child([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{400000, 400000};
    setrlimit(RLIMIT_FSIZE, &limit);
    Store store(file());
    std::string error = "no error";
    for (int i = 0; i < 2000 && error == "no error"; ++i) {
      trainer::TrainingResult result = some_result(0.5, 4000);
      for (std::size_t k = 0; k < 4000; ++k) {
        result.evaluations[0].row_values[k] = static_cast<float>(std::sin(i * 4000.0 + k));
      }
      error = error_of([&] { store.put_training(std::to_string(i), kTorch, result); });
    }
    const bool clear = error.find("full") != std::string::npos ||
                       error.find("read or write failed") != std::string::npos;
    _exit(clear ? 0 : 1);
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Store(file()).training("first", kTorch));
}

TEST_F(StoreTest, ManyProcessesWriteAtOnce) {
  constexpr int kProcesses = 6;
  constexpr int kEach = 40;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = fork();
    if (child == 0) {
      Store store(file());
      for (int i = 0; i < kEach; ++i) {
        store.put_training(std::to_string(p) + "/" + std::to_string(i), kTorch, some_result(p));
        store.put_training("shared/" + std::to_string(i), kTorch, some_result(p));
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Store(file()).counts().trainings, kProcesses * kEach + kEach);
}

TEST_F(StoreTest, AKilledProcessLosesNothingThatWasStored) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    Store store(file());
    for (int i = 0;; ++i) {
      store.put_training(std::to_string(i), kTorch, some_result(0.5));
      if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
    }
  }
  char mark;
  for (int i = 0; i < 25; ++i) ASSERT_EQ(read(pipe_ends[0], &mark, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const Store store(file());
  for (int i = 0; i < 25; ++i) EXPECT_TRUE(store.training(std::to_string(i), kTorch)) << i;
}

}  // namespace
}  // namespace dlfix::agent
