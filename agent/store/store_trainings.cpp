// Trainings in the run store.
#include "agent/store/compression.h"
#include "agent/store/store_impl.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;

/// Marks a result that was not made here.
constexpr const char* kImported = "imported";

bool is_imported(const json& document) { return document.value(kImported, false); }

std::optional<json> stored_document(Store::Impl& impl, const std::string& key,
                                    const TrainerIdentity& identity) {
  auto query = impl.statement(
      "SELECT result FROM trainings WHERE key = ? AND device_kind = ? AND family = ?", key,
      identity.device_kind, identity.family);
  if (!query.executeStep()) return std::nullopt;
  return json::parse(decompress(query.getColumn(0).getString()));
}

/// Returns whether something was written.
bool insert_training(Store::Impl& impl, const StoredTraining& training, bool replaces) {
  const trainer::TrainingResult& result = training.result;
  json document = result;
  if (training.imported) document[kImported] = true;
  const std::string blob = compress(text_of(document));
  auto insert = impl.statement(
      replaces ? "INSERT OR REPLACE INTO trainings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
               : "INSERT OR IGNORE INTO trainings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      training.key, training.identity.device_kind, training.identity.family, result.trainer,
      result.device, std::string(trainer::to_string(result.status)), result.seconds, result.work);
  insert.bind(9, blob.data(), static_cast<int>(blob.size()));
  insert.bind(10, store_time());
  return insert.exec() > 0;
}

}  // namespace

void Store::put_training(const std::string& key, const TrainerIdentity& identity,
                         const trainer::TrainingResult& result) {
  guarded(impl_->path, [&] {
    const auto known = stored_document(*impl_, key, identity);
    // Kept weights may have been made again in another folder.
    const bool replaces = result.weights || (known && is_imported(*known));
    insert_training(*impl_, {key, identity, result, false}, replaces);
  });
}

std::int64_t Store::import_trainings(const std::vector<StoredTraining>& trainings) {
  return guarded(impl_->path, [&] {
    SQLite::Transaction transaction(impl_->database, SQLite::TransactionBehavior::IMMEDIATE);
    std::int64_t added = 0;
    for (StoredTraining training : trainings) {
      training.imported = true;
      if (insert_training(*impl_, training, false)) ++added;
    }
    transaction.commit();
    return added;
  });
}

std::optional<StoredTraining> Store::stored_training(const std::string& key,
                                                     const TrainerIdentity& identity) const {
  return guarded(impl_->path, [&]() -> std::optional<StoredTraining> {
    const auto document = stored_document(*impl_, key, identity);
    if (!document) return std::nullopt;
    return StoredTraining{key, identity, document->get<trainer::TrainingResult>(),
                          is_imported(*document)};
  });
}

std::optional<trainer::TrainingResult> Store::training(const std::string& key,
                                                       const TrainerIdentity& identity) const {
  auto stored = stored_training(key, identity);
  if (!stored || stored->imported) return std::nullopt;
  return std::move(stored->result);
}

void Store::each_training(const std::function<void(const StoredTraining&)>& handler) const {
  guarded(impl_->path, [&] {
    SQLite::Statement query(
        impl_->database,
        "SELECT key, device_kind, family, result FROM trainings ORDER BY key, device_kind, family");
    while (query.executeStep()) {
      const json document = json::parse(decompress(query.getColumn(3).getString()));
      handler({query.getColumn(0).getString(),
               {query.getColumn(1).getString(), query.getColumn(2).getString()},
               document.get<trainer::TrainingResult>(),
               is_imported(document)});
    }
  });
}

}  // namespace dlfix::agent
