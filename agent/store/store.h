// The run store: programs, prompts, replies, trainings and runs in one SQLite file, so that nothing
// is paid for twice and an interrupted command resumes. SQLite itself does not show here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::agent {

/// What identifies a stored training beside its key.
struct TrainerIdentity {
  std::string device_kind;  ///< "cpu" or "cuda"
  std::string family;       ///< "torch", or Keras with its versions
};

struct StoredTraining {
  std::string key;
  TrainerIdentity identity;
  trainer::TrainingResult result;
  /// Made elsewhere (exchange.h): no more is known than its status, and loss and value of each
  /// evaluation.
  bool imported = false;
};

/// A command that ran, is running, or was interrupted.
struct RunRecord {
  std::int64_t id = 0;
  std::string command;   ///< "repair"
  std::string identity;  ///< hash of what makes two runs the same; empty: never resumed
  std::string command_line;
  std::string program;  ///< absolute path
  std::string program_hash;
  std::string capture;        ///< capture directory; empty: none, or already removed
  std::string status;         ///< running, interrupted, failed, or the outcome
  nlohmann::json result;      ///< null until the run has ended
  std::int64_t started = 0;   ///< seconds since 1970
  std::int64_t finished = 0;  ///< 0: not finished
};

/// A reply of a provider as received; `request` and `response` carry no secret.
struct ReplyRecord {
  std::string key;  ///< hash of dialect, URL, model, parameters, messages, repetition
  std::string provider;
  std::string model;
  nlohmann::json request;
  nlohmann::json response;
};

struct StoreCounts {
  std::int64_t programs = 0, prompts = 0, replies = 0, trainings = 0, runs = 0;
  std::int64_t bytes = 0;  ///< of the database file
};

/// What Store::merge took over.
struct MergeReport {
  StoreCounts added;                   ///< rows that were not there; `bytes` is 0
  std::vector<std::string> conflicts;  ///< what both have in different ways, in sentences
};

/// One open store. Every write is a transaction of its own and is durable against a killed process
/// when the call returns. Several processes may use one file at a time.
///
/// Errors of every function: EnvironmentError naming the file and what is wrong (not a store,
/// written by a newer version, damaged, read-only, disk full, locked for more than half a minute).
/// A file that is not a store is never written to.
class Store {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  /// Opens the store, creating it (and its folder) in kReadWrite, and migrates an older schema
  /// after a copy of the file was made beside it.
  explicit Store(const std::string& path, Mode mode = Mode::kReadWrite);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const std::string& path() const;
  /// The copy that was made because this opening migrated an older store; empty: it did not.
  const std::string& backup() const;
  /// Folder of everything kept beside the database (captures).
  std::string directory() const;

  void put_program(const std::string& hash, const std::string& path, const std::string& text);
  std::optional<std::string> program_text(const std::string& hash) const;
  void put_prompt(const std::string& hash, const std::string& text);
  std::optional<std::string> prompt_text(const std::string& hash) const;
  /// A second one of the same key replaces the response: first as received, then as read.
  void put_reply(const ReplyRecord& reply);
  std::optional<ReplyRecord> reply(const std::string& key) const;
  /// Every stored reply, oldest first. `handler` must not use the store.
  void each_reply(const std::function<void(const ReplyRecord&)>& handler) const;

  /// Keeps a finished training; a second one of the same key and trainer is ignored, but takes an
  /// imported one's place.
  void put_training(const std::string& key, const TrainerIdentity& identity,
                    const trainer::TrainingResult& result);
  std::optional<StoredTraining> stored_training(const std::string& key,
                                                const TrainerIdentity& identity) const;
  /// One that was made here, with all that it found.
  std::optional<trainer::TrainingResult> training(const std::string& key,
                                                  const TrainerIdentity& identity) const;
  /// Keeps what is known of trainings that were not made here, marked as imported; all or none.
  /// What is there stays. Returns how many were new.
  std::int64_t import_trainings(const std::vector<StoredTraining>& trainings);
  /// Every stored training, in the order of the keys. `handler` must not use the store.
  void each_training(const std::function<void(const StoredTraining&)>& handler) const;

  /// Returns the new run's number.
  std::int64_t begin_run(const RunRecord& run);
  void set_capture(std::int64_t run, const std::string& directory);
  void end_run(std::int64_t run, const std::string& status, const nlohmann::json& result);
  /// Newest first. `identity` empty: all.
  std::vector<RunRecord> runs(const std::string& identity = "", int limit = 1000) const;
  std::optional<RunRecord> run(std::int64_t id) const;

  StoreCounts counts() const;
  /// Deletes trainings, prompts, replies and finished runs older than `before` (seconds since 1970)
  /// and programs that no run names, and gives the space back. Returns how many rows went.
  std::int64_t collect(std::int64_t before);

  /// Takes over what another store has and this one lacks: programs, prompts, replies, trainings,
  /// finished runs. Idempotent; the order of several stores does not matter, unless they conflict:
  /// then what is there stays. A training conflicts when its status or a metric differs. A store of
  /// an earlier version is read through a migrated copy; `other` is never written to.
  /// Errors: also when `other` is not there, is this very file, is empty or damaged (a shard that
  /// was cut off while it was copied, say); nothing is taken over then.
  MergeReport merge(const std::string& other);

  struct Impl;  ///< for the files that implement the store

 private:
  std::unique_ptr<Impl> impl_;
};

/// $XDG_DATA_HOME/dlfix-agent/store.sqlite, by default ~/.local/share/dlfix-agent/store.sqlite.
std::string default_store_path();

}  // namespace dlfix::agent
