// Jobs and their events in an SQLite file: what a server that was killed goes on with.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace dlfix::agent::serve {

struct Job {
  std::string id;
  std::string client;
  std::string kind;        ///< repair, localise
  nlohmann::json request;  ///< as posted, with the program's text where one was
  std::string status;      ///< queued, running, done, failed, cancelled
  std::int64_t created = 0, started = 0, finished = 0;  ///< seconds since 1970; 0: not yet
  nlohmann::json result;                                ///< the command's document; null
  nlohmann::json problem;                               ///< of a failed job; null
  bool ended() const { return status != "queued" && status != "running"; }
};

struct JobEvent {
  std::int64_t id = 0;  ///< from 1, without gaps, for each job
  std::string type;
  std::string data;  ///< JSON on one line
};

struct NewJob {
  Job job;
  bool known = false;  ///< it was posted before under the same Idempotency-Key
};

/// Every change is durable against a killed process when the call returns. From any thread.
/// Errors: EnvironmentError (the file cannot be read or written).
class JobStore {
 public:
  explicit JobStore(const std::string& file);
  ~JobStore();

  /// Adds a queued job and its first event. `key`: Idempotency-Key; empty: none. A known key of the
  /// client gives its job. Errors: ProblemError: 422 idempotency_conflict when the key came with
  /// another request; 429 too_many_jobs when the client has `most` that have not ended.
  NewJob add(const std::string& client, const std::string& kind, const nlohmann::json& request,
             const std::string& key, int most);
  std::optional<Job> find(const std::string& id) const;
  /// The newest first, without requests and results.
  std::vector<Job> list(int most) const;
  /// Jobs that a server left running when it ended wait again. Returns how many.
  int requeue();
  /// The next job, now running: of the waiting clients, the one that was served longest ago.
  std::optional<Job> take();
  /// Ends a job with its last event ("done", "failed", "cancelled").
  void end(const std::string& id, const std::string& status, const nlohmann::json& result,
           const nlohmann::json& problem);
  std::int64_t add_event(const std::string& id, const std::string& type,
                         const nlohmann::json& data);
  /// At most `most` events after an id.
  std::vector<JobEvent> events_after(const std::string& id, std::int64_t after, int most) const;
  /// Until something changes, or the time is over.
  void wait(std::chrono::milliseconds time) const;
  /// What jobs of the last day have cost in USD.
  double cost_of_day() const;

 private:
  Job row(SQLite::Statement& query) const;
  std::int64_t append(const std::string& id, const std::string& type, const std::string& data);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::unique_ptr<SQLite::Database> database_;
};

/// {id, kind, client, status, created, started, finished, outcome}, and with `full` request
/// (without the text), result and problem.
nlohmann::json to_json(const Job& job, bool full);

}  // namespace dlfix::agent::serve
