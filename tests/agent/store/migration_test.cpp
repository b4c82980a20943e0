#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include "agent/store/store.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const TrainerIdentity kTorch{"cpu", "torch"};

class MigrationTest : public testing::Test {
 protected:
  std::string file(const std::string& name = "store.sqlite") const { return folder_.file(name); }

  void write_old_store(const std::string& name = "store.sqlite") const {
    const std::string command =
        "python3 " DLFIX_SOURCE_DIR "/tests/agent/store/old_store.py " + file(name);
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  void execute(const std::string& name, const std::string& sql) const {
    const std::string command = "python3 -c \"import sqlite3; c = sqlite3.connect('" + file(name) +
                                "'); c.executescript('''" + sql + "'''); c.commit()\"";
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  tests::TemporaryFolder folder_;
};

std::string bytes_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const support::EnvironmentError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(MigrationTest, AnOlderStoreIsCopiedAndBroughtToThisVersion) {
  write_old_store();
  {
    const Store store(file());
    EXPECT_EQ(store.backup(), file("store.sqlite.v1.backup"));
    ASSERT_TRUE(store.training("key", kTorch));
    EXPECT_EQ(store.training("key", kTorch)->evaluations[0].value, 0.75);
    EXPECT_EQ(store.reply("r")->response["text"], "ok");
    EXPECT_EQ(store.runs("i").size(), 1U);
  }
  EXPECT_EQ(Store(file()).backup(), "");  // once is enough
  EXPECT_FALSE(fs::exists(file("store.sqlite.v1.backup.2")));
  Store(file(), Store::Mode::kReadOnly).training("key", kTorch);
  // The copy is a store of the old version, and whole.
  const Store copy(file("store.sqlite.v1.backup"));
  EXPECT_EQ(copy.backup(), file("store.sqlite.v1.backup.v1.backup"));
  EXPECT_TRUE(copy.training("key", kTorch));
}

TEST_F(MigrationTest, ANewStoreHasNothingToCopy) {
  EXPECT_EQ(Store(file()).backup(), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(MigrationTest, ReadingAloneLeavesAnOlderStoreAsItIs) {
  write_old_store();
  const std::string before = bytes_of(file());
  EXPECT_THAT(message_of([&] { Store store(file(), Store::Mode::kReadOnly); }),
              HasSubstr("earlier version (schema 1"));
  EXPECT_EQ(bytes_of(file()), before);
}

TEST_F(MigrationTest, AnEarlierCopyIsNotOverwritten) {
  write_old_store();
  std::ofstream(file("store.sqlite.v1.backup")) << "precious";
  EXPECT_EQ(Store(file()).backup(), file("store.sqlite.v1.backup.2"));
  EXPECT_EQ(bytes_of(file("store.sqlite.v1.backup")), "precious");
}

TEST_F(MigrationTest, WithoutACopyNothingIsMigrated) {
  write_old_store();
  const std::string before = bytes_of(file());
  const pid_t child = fork();
  if (child == 0) {
    // As on a full disk: there is room for the index of the log, not for a copy.
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{40000, 40000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const std::string message = message_of([&] { Store store(file()); });
    const bool clear =
        message.find("the copy that is made before it is migrated failed") != std::string::npos;
    _exit(clear ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(bytes_of(file()), before);
  EXPECT_FALSE(fs::exists(file("store.sqlite.v1.backup")));
  EXPECT_FALSE(fs::exists(file("store.sqlite.v1.backup.part")));
  EXPECT_TRUE(Store(file()).training("key", kTorch));
}

TEST_F(MigrationTest, SeveralProcessesMigrateOnce) {
  write_old_store();
  std::vector<pid_t> children;
  for (int process = 0; process < 6; ++process) {
    const pid_t child = fork();
    if (child == 0) {
      const std::string message = message_of([&] {
        const Store store(file());
        if (store.training("key", kTorch)) _exit(store.backup().empty() ? 0 : 10);
      });
      std::cerr << message << std::endl;
      _exit(1);
    }
    children.push_back(child);
  }
  int migrated = 0;
  for (const pid_t child : children) {
    int status = 1;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_NE(WEXITSTATUS(status), 1);
    migrated += WEXITSTATUS(status) == 10 ? 1 : 0;
  }
  EXPECT_EQ(migrated, 1);
}

TEST_F(MigrationTest, ANewerStoreSaysWhoWroteIt) {
  { Store store(file()); }
  execute("store.sqlite", "insert into history values (99, '7.8.9', 0); pragma user_version = 99");
  const std::string message = message_of([&] { Store store(file()); });
  EXPECT_THAT(message, HasSubstr("newer version (schema 99 of dlfix-agent 7.8.9"));
}

TEST_F(MigrationTest, AStoreThatWasCutShortIsToldAndLeftAsItIs) {
  {
    Store store(file());
    for (int i = 0; i < 300; ++i) store.put_prompt(std::to_string(i), std::string(2000, 'x'));
  }
  fs::resize_file(file(), fs::file_size(file()) / 2);
  const std::string before = bytes_of(file());
  EXPECT_THAT(message_of([&] { Store store(file()); }), HasSubstr("is damaged"));
  EXPECT_EQ(bytes_of(file()), before);
}

TEST_F(MigrationTest, ShardsOfAnEarlierVersionAreMergedAndStayAsTheyAre) {
  write_old_store("shard.sqlite");
  const std::string before = bytes_of(file("shard.sqlite"));
  Store store(file());
  EXPECT_EQ(store.merge(file("shard.sqlite")).added.trainings, 1);
  EXPECT_TRUE(store.training("key", kTorch));
  EXPECT_EQ(store.runs("i").size(), 1U);
  EXPECT_EQ(store.merge(file("shard.sqlite")).added.trainings, 0);
  EXPECT_EQ(bytes_of(file("shard.sqlite")), before);
  EXPECT_FALSE(fs::exists(file("shard.sqlite.v1.backup")));
}

TEST_F(MigrationTest, HalfWrittenShardsAreRefusedAndNothingIsTakenOver) {
  {
    Store shard(file("shard.sqlite"));
    for (int i = 0; i < 300; ++i) shard.put_prompt(std::to_string(i), std::string(2000, 'x'));
  }
  fs::copy(file("shard.sqlite"), file("cut.sqlite"));
  fs::resize_file(file("cut.sqlite"), fs::file_size(file("cut.sqlite")) / 2);
  std::ofstream(file("empty.sqlite")).flush();
  std::ofstream(file("text.sqlite")) << std::string(5000, 'x');
  fs::copy(file("shard.sqlite"), file("scribbled.sqlite"));
  {
    std::fstream damage(file("scribbled.sqlite"), std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(40960);
    damage << std::string(20000, '\x5a');
  }
  Store store(file());
  EXPECT_THAT(message_of([&] { store.merge(file("cut.sqlite")); }), HasSubstr("is damaged"));
  EXPECT_THAT(message_of([&] { store.merge(file("empty.sqlite")); }), HasSubstr("is empty"));
  EXPECT_THAT(message_of([&] { store.merge(file("text.sqlite")); }),
              HasSubstr("is not a run store"));
  EXPECT_THAT(message_of([&] { store.merge(file("scribbled.sqlite")); }), HasSubstr("is damaged"));
  EXPECT_EQ(store.counts().prompts, 0);
  EXPECT_EQ(store.merge(file("shard.sqlite")).added.prompts, 300);
}

TEST_F(MigrationTest, AShardWhoseProcessWasKilledKeepsWhatItHadStored) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    Store shard(file("shard.sqlite"));
    for (int i = 0;; ++i) {
      shard.put_prompt(std::to_string(i), "text");
      if (write(ends[1], "x", 1) != 1) _exit(1);
    }
  }
  char mark;
  for (int i = 0; i < 25; ++i) ASSERT_EQ(read(ends[0], &mark, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  Store store(file());
  EXPECT_GE(store.merge(file("shard.sqlite")).added.prompts, 25);
}

}  // namespace
}  // namespace dlfix::agent
