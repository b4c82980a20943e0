#include "agent/store/schema.h"

#include <fmt/format.h>

#include <array>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE programs (
  hash TEXT PRIMARY KEY, path TEXT NOT NULL, text TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE prompts (hash TEXT PRIMARY KEY, text TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE replies (
  key TEXT PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, request TEXT NOT NULL,
  response TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE trainings (
  key TEXT NOT NULL, device_kind TEXT NOT NULL, family TEXT NOT NULL, trainer TEXT NOT NULL,
  device TEXT NOT NULL, status TEXT NOT NULL, seconds REAL NOT NULL, work REAL NOT NULL,
  result BLOB NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (key, device_kind, family)) WITHOUT ROWID;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL, identity TEXT NOT NULL,
  command_line TEXT NOT NULL, program TEXT NOT NULL, program_hash TEXT NOT NULL,
  capture TEXT NOT NULL, status TEXT NOT NULL, result TEXT, started INTEGER NOT NULL,
  finished INTEGER NOT NULL);
CREATE INDEX runs_by_identity ON runs (identity);
)sql";

/// migrations[n] leads from version n to n + 1.
constexpr std::array<const char*, kSchemaVersion> kMigrations = {kVersion1};

int pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

void refuse_foreign(SQLite::Database& database, const std::string& path) {
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
  if (pragma(database, "application_id") == kApplicationId) return;
  if (empty && pragma(database, "user_version") == 0) return;
  throw support::EnvironmentError(
      fmt::format("{}: is a database of another application, not a run store", path),
      "name another file with --store; this one is left as it is");
}

}  // namespace

void prepare_schema(SQLite::Database& database, const std::string& path, bool writable) {
  refuse_foreign(database, path);
  if (pragma(database, "user_version") == kSchemaVersion) return;
  if (!writable) {
    throw support::EnvironmentError(fmt::format("{}: is not a run store of this version", path),
                                    "run a command that writes to it once, such as `store gc`");
  }
  // Immediate: of two processes that find an old schema one migrates and the other waits.
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const int version = pragma(database, "user_version");
  if (version > kSchemaVersion) {
    throw support::EnvironmentError(
        fmt::format("{}: was written by a newer version (schema {}, this program knows {})", path,
                    version, kSchemaVersion),
        "update dlfix-agent, or name another file with --store");
  }
  for (int step = version; step < kSchemaVersion; ++step) {
    database.exec(kMigrations[static_cast<std::size_t>(step)]);
  }
  database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  database.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
  transaction.commit();
}

}  // namespace dlfix::agent
