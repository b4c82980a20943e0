#include "agent/store/schema.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

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

/// Which versions of the program have made and changed the tables, and when.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE history (schema INTEGER NOT NULL, program TEXT NOT NULL, at INTEGER NOT NULL);
)sql";

/// migrations[n] leads from version n to n + 1.
constexpr std::array<const char*, kSchemaVersion> kMigrations = {kVersion1, kVersion2};

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

/// "schema 3 of dlfix-agent 0.4.0", as far as the store says it.
std::string writer_of(SQLite::Database& database, int version) {
  const bool told = database.tableExists("history");
  SQLite::Statement query(
      database, told ? "SELECT program FROM history ORDER BY rowid DESC LIMIT 1" : "SELECT ''");
  const std::string program = query.executeStep() ? query.getColumn(0).getString() : "";
  return fmt::format("schema {}{}", version, program.empty() ? "" : " of dlfix-agent " + program);
}

void refuse_newer(SQLite::Database& database, const std::string& path, int version) {
  if (version <= kSchemaVersion) return;
  throw support::EnvironmentError(
      fmt::format("{}: was written by a newer version ({}, this program knows {})", path,
                  writer_of(database, version), kSchemaVersion),
      "update dlfix-agent, or name another file with --store");
}

/// A name that no earlier backup has.
std::string free_backup_name(const std::string& path, int version) {
  const std::string name = fmt::format("{}.v{}.backup", path, version);
  if (!fs::exists(name)) return name;
  int number = 2;
  while (fs::exists(fmt::format("{}.{}", name, number))) ++number;
  return fmt::format("{}.{}", name, number);
}

/// Copies the store as it was last committed; a copy that was cut short keeps another name.
std::string back_up(const std::string& path, int version) {
  const std::string name = free_backup_name(path, version);
  const std::string part = name + ".part";
  std::error_code ignored;
  fs::remove(part, ignored);
  try {
    SQLite::Database source(path, SQLite::OPEN_READONLY);
    SQLite::Statement copy(source, "VACUUM INTO ?");
    copy.bind(1, part);
    copy.exec();
    fs::rename(part, name);
  } catch (const std::exception& error) {
    fs::remove(part, ignored);
    throw support::EnvironmentError(
        fmt::format("{}: is a store of an earlier version, and the copy that is made before it is "
                    "migrated failed: {}",
                    path, error.what()),
        "make room beside it, or name another file with --store; this one is left as it is");
  }
  return name;
}

void migrate(SQLite::Database& database, int version) {
  for (int step = version; step < kSchemaVersion; ++step)
    database.exec(kMigrations[static_cast<std::size_t>(step)]);
  SQLite::Statement entry(
      database, "INSERT INTO history VALUES (?, ?, cast(strftime('%s', 'now') AS INTEGER))");
  entry.bind(1, kSchemaVersion);
  entry.bind(2, DLFIX_VERSION);
  entry.exec();
  database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  database.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion));
}

}  // namespace

int schema_version(SQLite::Database& database, const std::string& path) {
  refuse_foreign(database, path);
  const int version = pragma(database, "user_version");
  refuse_newer(database, path, version);
  return version;
}

std::string prepare_schema(SQLite::Database& database, const std::string& path, bool writable) {
  int version = schema_version(database, path);
  if (version == kSchemaVersion) return "";
  if (!writable) {
    if (version == 0)
      throw support::EnvironmentError(
          path + ": is empty, not a run store",
          "nothing was written to it, or copying it was cut off: copy it again or leave it out");
    throw support::EnvironmentError(
        fmt::format("{}: is a run store of an earlier version (schema {}, this program has {})",
                    path, version, kSchemaVersion),
        "run a command that writes to it once, such as `store gc`: it is migrated then");
  }
  // Immediate: of two processes that find an old schema one migrates and the other waits.
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  version = schema_version(database, path);
  if (version == kSchemaVersion) return "";
  const std::string backup = version > 0 ? back_up(path, version) : "";
  migrate(database, version);
  transaction.commit();
  return backup;
}

}  // namespace dlfix::agent
