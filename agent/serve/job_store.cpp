#include "agent/serve/job_store.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <ctime>
#include <filesystem>

#include <fmt/format.h>

#include "agent/serve/guard.h"
#include "agent/serve/problem.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent::serve {
namespace {

using nlohmann::json;

constexpr int kBusyMilliseconds = 10'000;
constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr int kIdLength = 24;

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, client TEXT NOT NULL,
  kind TEXT NOT NULL, request TEXT NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL,
  started INTEGER NOT NULL, finished INTEGER NOT NULL, result TEXT NOT NULL, problem TEXT NOT NULL,
  key TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status);
CREATE INDEX IF NOT EXISTS jobs_by_key ON jobs (client, key);
CREATE TABLE IF NOT EXISTS events (
  job TEXT NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (job, id)) WITHOUT ROWID;
)sql";

constexpr const char* kColumns =
    "SELECT id, client, kind, request, status, created, started, finished, result, problem FROM "
    "jobs ";

std::int64_t now() { return static_cast<std::int64_t>(std::time(nullptr)); }

json parsed(const std::string& text) { return json::parse(text, nullptr, false); }

std::unique_ptr<SQLite::Database> open(const std::string& file) {
  try {
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    auto database = std::make_unique<SQLite::Database>(
        file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds);
    database->exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database->exec(kTables);
    return database;
  } catch (const std::exception& error) {
    throw support::EnvironmentError(file + ": " + error.what(),
                                    "make it writable, or name another file with --store");
  }
}

}  // namespace

JobStore::JobStore(const std::string& file) : database_(open(file)) {}
JobStore::~JobStore() = default;

Job JobStore::row(SQLite::Statement& query) const {
  const auto text = [&](int column) { return query.getColumn(column).getString(); };
  Job job{text(0), text(1), text(2), parsed(text(3)), text(4),
          0,       0,       0,       parsed(text(8)), parsed(text(9))};
  job.created = query.getColumn(5).getInt64();
  job.started = query.getColumn(6).getInt64();
  job.finished = query.getColumn(7).getInt64();
  return job;
}

NewJob JobStore::add(const std::string& client, const std::string& kind, const json& request,
                     const std::string& key, int most) {
  const std::lock_guard lock(mutex_);
  const std::string digest = support::sha256(kind + to_text(request));
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  if (!key.empty()) {
    SQLite::Statement known(*database_, "SELECT id, digest FROM jobs WHERE client = ? AND key = ?");
    known.bind(1, client);
    known.bind(2, key);
    if (known.executeStep()) {
      if (known.getColumn(1).getString() != digest) {
        throw ProblemError({422, "idempotency_conflict",
                            "this Idempotency-Key came with another request before", 0,
                            json::object()});
      }
      SQLite::Statement query(*database_, std::string(kColumns) + "WHERE id = ?");
      query.bind(1, known.getColumn(0).getString());
      query.executeStep();
      return {row(query), true};
    }
  }
  SQLite::Statement open_jobs(*database_,
                              "SELECT count(*) FROM jobs WHERE client = ? AND status IN "
                              "('queued', 'running')");
  open_jobs.bind(1, client);
  open_jobs.executeStep();
  if (open_jobs.getColumn(0).getInt() >= most) {
    throw ProblemError({429, "too_many_jobs",
                        fmt::format("{} jobs of this client have not ended", most), 10,
                        json::object()});
  }
  Job job{new_token().substr(0, kIdLength), client, kind, request, "queued", now(), 0, 0, {}, {}};
  SQLite::Statement insert(*database_,
                           "INSERT INTO jobs (id, client, kind, request, status, created, started, "
                           "finished, result, problem, key, digest) VALUES (?, ?, ?, ?, 'queued', "
                           "?, 0, 0, 'null', 'null', ?, ?)");
  insert.bind(1, job.id);
  insert.bind(2, client);
  insert.bind(3, kind);
  insert.bind(4, to_text(request));
  insert.bind(5, job.created);
  insert.bind(6, key);
  insert.bind(7, digest);
  insert.exec();
  append(job.id, "queued", "{}");
  transaction.commit();
  changed_.notify_all();
  return {std::move(job), false};
}

std::optional<Job> JobStore::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  SQLite::Statement query(*database_, std::string(kColumns) + "WHERE id = ?");
  query.bind(1, id);
  if (!query.executeStep()) return std::nullopt;
  return row(query);
}

std::vector<Job> JobStore::list(int most) const {
  const std::lock_guard lock(mutex_);
  SQLite::Statement query(*database_, std::string(kColumns) + "ORDER BY number DESC LIMIT ?");
  query.bind(1, most);
  std::vector<Job> jobs;
  while (query.executeStep()) jobs.push_back(row(query));
  return jobs;
}

int JobStore::requeue() {
  const std::lock_guard lock(mutex_);
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  std::vector<std::string> left;
  SQLite::Statement query(*database_, "SELECT id FROM jobs WHERE status = 'running'");
  while (query.executeStep()) left.push_back(query.getColumn(0).getString());
  for (const std::string& id : left) append(id, "resumed", "{}");
  database_->exec("UPDATE jobs SET status = 'queued' WHERE status = 'running'");
  transaction.commit();
  return static_cast<int>(left.size());
}

std::optional<Job> JobStore::take() {
  const std::lock_guard lock(mutex_);
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  // A job that was begun before goes first; then clients in turn.
  SQLite::Statement query(
      *database_, std::string(kColumns) +
                      "AS waiting WHERE status = 'queued' ORDER BY (started > 0) DESC, (SELECT "
                      "coalesce(max(j.started), 0) FROM jobs j WHERE j.client = waiting.client), "
                      "number LIMIT 1");
  if (!query.executeStep()) return std::nullopt;
  Job job = row(query);
  query.reset();
  job.started = now();
  job.status = "running";
  SQLite::Statement update(*database_,
                           "UPDATE jobs SET status = 'running', started = ? WHERE id = ?");
  update.bind(1, job.started);
  update.bind(2, job.id);
  update.exec();
  append(job.id, "started", "{}");
  transaction.commit();
  changed_.notify_all();
  return job;
}

void JobStore::end(const std::string& id, const std::string& status, const json& result,
                   const json& problem) {
  const std::lock_guard lock(mutex_);
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  SQLite::Statement update(*database_,
                           "UPDATE jobs SET status = ?, finished = ?, result = ?, problem = ? "
                           "WHERE id = ? AND status IN ('queued', 'running')");
  update.bind(1, status);
  update.bind(2, now());
  update.bind(3, to_text(result));
  update.bind(4, to_text(problem));
  update.bind(5, id);
  if (update.exec() == 1) {
    json data = json::object();
    if (result.is_object()) data["outcome"] = result.value("outcome", "");
    if (problem.is_object()) data["problem"] = problem;
    append(id, status, to_text(data));
  }
  transaction.commit();
  changed_.notify_all();
}

std::int64_t JobStore::append(const std::string& id, const std::string& type,
                              const std::string& data) {
  SQLite::Statement last(*database_, "SELECT coalesce(max(id), 0) FROM events WHERE job = ?");
  last.bind(1, id);
  last.executeStep();
  const std::int64_t number = last.getColumn(0).getInt64() + 1;
  SQLite::Statement insert(*database_, "INSERT INTO events VALUES (?, ?, ?, ?)");
  insert.bind(1, id);
  insert.bind(2, number);
  insert.bind(3, type);
  insert.bind(4, data);
  insert.exec();
  return number;
}

std::int64_t JobStore::add_event(const std::string& id, const std::string& type, const json& data) {
  const std::lock_guard lock(mutex_);
  const std::int64_t number = append(id, type, to_text(data));
  changed_.notify_all();
  return number;
}

std::vector<JobEvent> JobStore::events_after(const std::string& id, std::int64_t after,
                                             int most) const {
  const std::lock_guard lock(mutex_);
  SQLite::Statement query(*database_,
                          "SELECT id, type, data FROM events WHERE job = ? AND id > ? ORDER BY id "
                          "LIMIT ?");
  query.bind(1, id);
  query.bind(2, after);
  query.bind(3, most);
  std::vector<JobEvent> events;
  while (query.executeStep()) {
    events.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                      query.getColumn(2).getString()});
  }
  return events;
}

void JobStore::wait(std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time);
}

double JobStore::cost_of_day() const {
  const std::lock_guard lock(mutex_);
  SQLite::Statement query(*database_, "SELECT result FROM jobs WHERE finished > ?");
  query.bind(1, now() - kDay);
  double sum = 0;
  while (query.executeStep()) {
    const json result = parsed(query.getColumn(0).getString());
    const json usd = result.is_object() ? result.value("/cost/usd"_json_pointer, json()) : json();
    if (usd.is_number()) sum += usd.get<double>();
  }
  return sum;
}

json to_json(const Job& job, bool full) {
  json document{{"id", job.id},
                {"kind", job.kind},
                {"client", job.client},
                {"status", job.status},
                {"created", job.created},
                {"started", job.started},
                {"finished", job.finished},
                {"uri", job.request.value("uri", "")}};
  document["outcome"] = job.result.is_object() ? job.result.value("outcome", json()) : json();
  if (!full) return document;
  json request = job.request;
  request.erase("text");
  document["request"] = std::move(request);
  document["result"] = job.result;
  document["problem"] = job.problem;
  return document;
}

}  // namespace dlfix::agent::serve
