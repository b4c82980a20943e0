#include "agent/store/store.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "agent/store/compression.h"
#include "agent/store/schema.h"
#include "agent/store/store_impl.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using support::EnvironmentError;

void make_folder(const std::string& path) {
  const fs::path parent = fs::absolute(path).parent_path();
  std::error_code error;
  fs::create_directories(parent, error);
  if (error) {
    throw EnvironmentError(
        fmt::format("run store {}: cannot make the folder: {}", path, error.message()),
        "name a file elsewhere with --store");
  }
}

}  // namespace

Store::Store(const std::string& path, Mode mode) {
  if (mode == Mode::kReadWrite) make_folder(path);
  guarded(path, [&] {
    impl_ = std::make_unique<Impl>(path, mode);
    SQLite::Database& database = impl_->database;
    // Before anything is written: a foreign file stays byte for byte what it was.
    impl_->backup = prepare_schema(database, path, mode == Mode::kReadWrite);
    if (mode == Mode::kReadWrite) {
      // A file system without shared memory keeps its rollback journal: slower, equally safe.
      database.execAndGet("PRAGMA journal_mode = WAL");
      database.exec("PRAGMA synchronous = NORMAL");
    }
  });
}

Store::~Store() = default;

const std::string& Store::path() const { return impl_->path; }

const std::string& Store::backup() const { return impl_->backup; }

std::string Store::directory() const { return fs::absolute(impl_->path).parent_path().string(); }

void Store::put_program(const std::string& hash, const std::string& path, const std::string& text) {
  guarded(impl_->path, [&] {
    impl_
        ->statement("INSERT OR IGNORE INTO programs VALUES (?, ?, ?, ?)", hash, path, text,
                    store_time())
        .exec();
  });
}

std::optional<std::string> Store::program_text(const std::string& hash) const {
  return guarded(impl_->path, [&]() -> std::optional<std::string> {
    auto query = impl_->statement("SELECT text FROM programs WHERE hash = ?", hash);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getString();
  });
}

void Store::put_prompt(const std::string& hash, const std::string& text) {
  guarded(impl_->path, [&] {
    impl_->statement("INSERT OR IGNORE INTO prompts VALUES (?, ?, ?)", hash, text, store_time())
        .exec();
  });
}

std::optional<std::string> Store::prompt_text(const std::string& hash) const {
  return guarded(impl_->path, [&]() -> std::optional<std::string> {
    auto query = impl_->statement("SELECT text FROM prompts WHERE hash = ?", hash);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getString();
  });
}

void Store::put_reply(const ReplyRecord& reply) {
  guarded(impl_->path, [&] {
    impl_
        ->statement(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET response = excluded.response",
            reply.key, reply.provider, reply.model, text_of(reply.request), text_of(reply.response),
            store_time())
        .exec();
  });
}

std::optional<ReplyRecord> Store::reply(const std::string& key) const {
  return guarded(impl_->path, [&]() -> std::optional<ReplyRecord> {
    auto query = impl_->statement(
        "SELECT provider, model, request, response FROM replies WHERE key = ?", key);
    if (!query.executeStep()) return std::nullopt;
    return ReplyRecord{key, query.getColumn(0).getString(), query.getColumn(1).getString(),
                       nlohmann::json::parse(query.getColumn(2).getString()),
                       nlohmann::json::parse(query.getColumn(3).getString())};
  });
}

void Store::each_reply(const std::function<void(const ReplyRecord&)>& handler) const {
  guarded(impl_->path, [&] {
    auto query = impl_->statement(
        "SELECT key, provider, model, request, response FROM replies ORDER BY created, rowid");
    while (query.executeStep())
      handler({query.getColumn(0).getString(), query.getColumn(1).getString(),
               query.getColumn(2).getString(),
               nlohmann::json::parse(query.getColumn(3).getString()),
               nlohmann::json::parse(query.getColumn(4).getString())});
  });
}

std::int64_t Store::begin_run(const RunRecord& run) {
  return guarded(impl_->path, [&]() -> std::int64_t {
    impl_
        ->statement(
            "INSERT INTO runs (command, identity, command_line, program, program_hash, capture, "
            "status, result, started, finished) VALUES (?, ?, ?, ?, ?, ?, 'running', NULL, ?, 0)",
            run.command, run.identity, run.command_line, run.program, run.program_hash, run.capture,
            store_time())
        .exec();
    return impl_->database.getLastInsertRowid();
  });
}

void Store::set_capture(std::int64_t run, const std::string& directory) {
  guarded(impl_->path, [&] {
    impl_->statement("UPDATE runs SET capture = ? WHERE id = ?", directory, run).exec();
  });
}

void Store::end_run(std::int64_t run, const std::string& status, const nlohmann::json& result) {
  guarded(impl_->path, [&] {
    impl_
        ->statement("UPDATE runs SET status = ?, result = ?, finished = ? WHERE id = ?", status,
                    text_of(result), store_time(), run)
        .exec();
  });
}

namespace {

constexpr const char* kRunColumns =
    "SELECT id, command, identity, command_line, program, program_hash, capture, status, "
    "coalesce(result, 'null'), started, finished FROM runs ";

RunRecord read_run(SQLite::Statement& query) {
  RunRecord run;
  run.id = query.getColumn(0).getInt64();
  run.command = query.getColumn(1).getString();
  run.identity = query.getColumn(2).getString();
  run.command_line = query.getColumn(3).getString();
  run.program = query.getColumn(4).getString();
  run.program_hash = query.getColumn(5).getString();
  run.capture = query.getColumn(6).getString();
  run.status = query.getColumn(7).getString();
  run.result = nlohmann::json::parse(query.getColumn(8).getString());
  run.started = query.getColumn(9).getInt64();
  run.finished = query.getColumn(10).getInt64();
  return run;
}

}  // namespace

std::vector<RunRecord> Store::runs(const std::string& identity, int limit) const {
  return guarded(impl_->path, [&] {
    const std::string sql =
        std::string(kRunColumns) + "WHERE ?1 = '' OR identity = ?1 ORDER BY id DESC LIMIT ?2";
    auto query = impl_->statement(sql.c_str(), identity, limit);
    std::vector<RunRecord> found;
    while (query.executeStep()) found.push_back(read_run(query));
    return found;
  });
}

std::optional<RunRecord> Store::run(std::int64_t id) const {
  return guarded(impl_->path, [&]() -> std::optional<RunRecord> {
    auto query = impl_->statement((std::string(kRunColumns) + "WHERE id = ?").c_str(), id);
    if (!query.executeStep()) return std::nullopt;
    return read_run(query);
  });
}

StoreCounts Store::counts() const {
  return guarded(impl_->path, [&] {
    const auto count = [&](const char* table) {
      return impl_->database.execAndGet(fmt::format("SELECT count(*) FROM {}", table)).getInt64();
    };
    std::error_code error;
    const auto bytes = fs::file_size(impl_->path, error);
    return StoreCounts{count("programs"), count("prompts"),
                       count("replies"),  count("trainings"),
                       count("runs"),     error ? 0 : static_cast<std::int64_t>(bytes)};
  });
}

std::int64_t Store::collect(std::int64_t before) {
  return guarded(impl_->path, [&] {
    SQLite::Transaction transaction(impl_->database, SQLite::TransactionBehavior::IMMEDIATE);
    std::int64_t gone = 0;
    for (const char* sql :
         {"DELETE FROM trainings WHERE created < ?", "DELETE FROM prompts WHERE created < ?",
          "DELETE FROM replies WHERE created < ?",
          "DELETE FROM runs WHERE status <> 'running' AND finished < ?"}) {
      gone += impl_->statement(sql, before).exec();
    }
    gone += impl_
                ->statement(
                    "DELETE FROM programs WHERE created < ? AND hash NOT IN "
                    "(SELECT program_hash FROM runs)",
                    before)
                .exec();
    transaction.commit();
    impl_->database.exec("VACUUM");
    return gone;
  });
}

std::string default_store_path() {
  const char* data = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  const fs::path root =
      data && *data ? fs::path(data) : fs::path(home && *home ? home : "/tmp") / ".local" / "share";
  return (root / "dlfix-agent" / "store.sqlite").string();
}

}  // namespace dlfix::agent
