// Joining stores that were filled on several machines.
#include <fmt/format.h>

#include <filesystem>

#include "agent/store/compression.h"
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
  Store(other, Store::Mode::kReadOnly);  // refuses what is no store of this version
}

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
  return guarded(path(), [&] {
    SQLite::Database& database = impl_->database;
    const Attached attached(database, other);
    MergeReport report;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    find_conflicts(database, report);
    take_over(database, report.added);
    transaction.commit();
    return report;
  });
}

}  // namespace dlfix::agent
