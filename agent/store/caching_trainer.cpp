#include "agent/store/caching_trainer.h"

#include <filesystem>
#include <map>

namespace dlfix::agent {
namespace {

using trainer::TrainingRequest;
using trainer::TrainingResult;
using trainer::TrainingStatus;

/// A crash that no trainer signed is the death of its process, not the program's doing.
bool is_lasting(const TrainingResult& result) {
  return result.status == TrainingStatus::kOk || result.status == TrainingStatus::kNan ||
         (result.status == TrainingStatus::kCrash && !result.trainer.empty());
}

/// Weights that it kept are files beside the store.
bool is_whole(const TrainingResult& result) {
  return !result.weights || std::filesystem::exists(result.weights->path);
}

/// Whether more is asked for than an imported training has.
bool looks_inside(const TrainingRequest& request) {
  return request.symptoms || request.trace || !request.keep_weights.empty();
}

/// Requests that the store cannot answer, each once, and who waits for it.
struct Missing {
  std::vector<TrainingRequest> requests;
  std::vector<std::string> keys;
  std::vector<std::vector<std::size_t>> waiting;  ///< indices of the caller's requests
};

}  // namespace

CachingTrainer::CachingTrainer(trainer::Trainer& inner, Store& store, std::string family,
                               ImportedTrainings imported)
    : inner_(inner), store_(store), family_(std::move(family)), imported_rule_(imported) {}

std::optional<TrainingResult> CachingTrainer::known(const TrainingRequest& request,
                                                    const std::string& key,
                                                    const TrainerIdentity& identity) {
  auto stored = store_.stored_training(key, identity);
  if (!stored || !is_whole(stored->result)) return std::nullopt;
  const bool suffices = imported_rule_ == ImportedTrainings::kServe && !looks_inside(request);
  if (stored->imported && !suffices) return std::nullopt;
  ++reused_;
  if (stored->imported) ++imported_;
  return std::move(stored->result);
}

void CachingTrainer::train(std::span<const TrainingRequest> requests,
                           const trainer::TrainingCallbacks& callbacks) {
  const TrainerIdentity identity{inner_.device_kind(), family_};
  Missing missing;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::string key = trainer::training_key(requests[i]);
    if (const auto found = place.find(key); found != place.end()) {
      missing.waiting[found->second].push_back(i);
    } else if (const auto stored = known(requests[i], key, identity)) {
      callbacks.on_result(i, *stored);
    } else {
      place[key] = missing.requests.size();
      missing.requests.push_back(requests[i]);
      missing.keys.push_back(key);
      missing.waiting.push_back({i});
    }
  }
  if (missing.requests.empty()) return;
  trainer::TrainingCallbacks inner = callbacks;
  inner.on_result = [&](std::size_t index, const TrainingResult& result) {
    if (is_lasting(result)) {
      store_.put_training(missing.keys[index], identity, result);
      ++trained_;
    }
    for (const std::size_t waiting : missing.waiting[index]) callbacks.on_result(waiting, result);
  };
  if (callbacks.on_progress) {
    inner.on_progress = [&](const trainer::TrainingProgress& progress) {
      trainer::TrainingProgress outer = progress;
      outer.request = missing.waiting[progress.request].front();
      callbacks.on_progress(outer);
    };
  }
  inner_.train(missing.requests, inner);
}

}  // namespace dlfix::agent
