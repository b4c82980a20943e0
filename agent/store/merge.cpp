// Joining stores that were filled on several machines.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "agent/store/compression.h"
#include "agent/store/schema.h"
#include "agent/store/store_impl.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kListed = 20;

void check_other(const std::string& path, const std::string& other) {
  std::error_code error;
  if (!fs::is_regular_file(other, error))
    throw support::EnvironmentError("run store " + other + ": there is no such file",
                                    "name the stores to take over");
  if (fs::equivalent(path, other, error))
    throw support::EnvironmentError("run store " + other + ": is the store to merge into",
                                    "name another one");
}

/// Every page is read once: part of a shard that was cut off must not be taken over.
void check_whole(SQLite::Database& database, const std::string& path) {
  const std::string verdict = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (verdict == "ok") return;
  throw support::EnvironmentError(
      fmt::format("run store {}: is damaged ({})", path, verdict),
      "copy it again from the machine that wrote it, or leave it out; nothing was taken over");
}

struct CopyFolder {
  CopyFolder() = default;
  CopyFolder(const CopyFolder&) = delete;
  CopyFolder& operator=(const CopyFolder&) = delete;
  ~CopyFolder() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
  fs::path path;
};

/// The store to take over, in this program's schema.
class MergeSource {
 public:
  explicit MergeSource(const std::string& other) : path_(other) {
    const int version = guarded(other, [&] {
      SQLite::Database database(other, SQLite::OPEN_READONLY);
      const int found = schema_version(database, other);
      check_whole(database, other);
      return found;
    });
    if (version == kSchemaVersion || version == 0) {
      Store(other, Store::Mode::kReadOnly);  // refuses an empty one
      return;
    }
    copy_.path = fs::temp_directory_path() / fmt::format("dlfix-merge-{}", getpid());
    fs::create_directories(copy_.path);
    path_ = (copy_.path / "store.sqlite").string();
    guarded(other, [&] {
      SQLite::Database database(other, SQLite::OPEN_READONLY);
      SQLite::Statement copying(database, "VACUUM INTO ?");
      copying.bind(1, path_);
      copying.exec();
    });
    Store migrated(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  CopyFolder copy_;  ///< of a migrated copy; none: the store itself is read
};

/// Detaches the other store however the merge ends.
class Attached {
 public:
  Attached(SQLite::Database& database, const std::string& other) : database_(database) {
    SQLite::Statement attach(database_, "ATTACH DATABASE ? AS other");
    attach.bind(1, other);
    attach.exec();
  }
  ~Attached() {
    try {
      database_.exec("DETACH DATABASE other");
    } catch (const SQLite::Exception&) {
      // The connection ends with this process.
    }
  }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  SQLite::Database& database_;
};

/// What a training found, without how long it took and where.
json findings_of(const std::string& blob) {
  json result = json::parse(decompress(blob));
  json findings = {{"status", result.value("status", json())}, {"evaluations", json::array()}};
  for (const json& evaluation : result.value("evaluations", json::array()))
    findings["evaluations"].push_back(
        {evaluation.value("name", json()), evaluation.value("value", json())});
  return findings;
}

void find_conflicts(SQLite::Database& database, MergeReport& report) {
  SQLite::Statement trainings(
      database,
      "SELECT a.key, a.result, b.result FROM main.trainings a JOIN other.trainings b "
      "ON a.key = b.key AND a.device_kind = b.device_kind AND a.family = b.family "
      "WHERE a.result <> b.result ORDER BY a.key");
  while (trainings.executeStep()) {
    if (findings_of(trainings.getColumn(1).getString()) ==
        findings_of(trainings.getColumn(2).getString()))
      continue;
    report.conflicts.push_back(fmt::format("training {}: the two stores have different results",
                                           trainings.getColumn(0).getString().substr(0, 12)));
  }
  SQLite::Statement replies(
      database,
      "SELECT a.key FROM main.replies a JOIN other.replies b ON a.key = b.key "
      "WHERE a.response <> b.response ORDER BY a.key");
  while (replies.executeStep())
    report.conflicts.push_back(fmt::format("reply {}: the two stores have different ones",
                                           replies.getColumn(0).getString().substr(0, 12)));
  if (report.conflicts.size() <= kListed) return;
  const std::size_t more = report.conflicts.size() - kListed;
  report.conflicts.resize(kListed);
  report.conflicts.push_back(fmt::format("... and {} more", more));
}

void take_over(SQLite::Database& database, StoreCounts& added) {
  added.programs =
      database.exec("INSERT OR IGNORE INTO main.programs SELECT * FROM other.programs");
  added.prompts = database.exec("INSERT OR IGNORE INTO main.prompts SELECT * FROM other.prompts");
  added.replies = database.exec("INSERT OR IGNORE INTO main.replies SELECT * FROM other.replies");
  added.trainings =
      database.exec("INSERT OR IGNORE INTO main.trainings SELECT * FROM other.trainings");
  // Captures lie on the other machine.
  added.runs = database.exec(
      "INSERT INTO main.runs (command, identity, command_line, program, program_hash, capture, "
      "status, result, started, finished) "
      "SELECT command, identity, command_line, program, program_hash, '', status, result, started, "
      "finished FROM other.runs o WHERE o.finished > 0 AND NOT EXISTS (SELECT 1 FROM main.runs m "
      "WHERE m.command = o.command AND m.identity = o.identity AND m.command_line = o.command_line "
      "AND m.started = o.started AND m.finished = o.finished AND m.result IS o.result)");
}

}  // namespace

MergeReport Store::merge(const std::string& other) {
  check_other(path(), other);
  const MergeSource source(other);
  return guarded(path(), [&] {
    SQLite::Database& database = impl_->database;
    const Attached attached(database, source.path());
    MergeReport report;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    find_conflicts(database, report);
    take_over(database, report.added);
    transaction.commit();
    return report;
  });
}

}  // namespace dlfix::agent
