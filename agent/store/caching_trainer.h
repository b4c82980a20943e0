// A trainer that never trains twice.
#pragma once

#include <cstdint>
#include <string>

#include "agent/store/store.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// Whether imported trainings, of which the values alone are known, answer requests that ask for
/// no more.
enum class ImportedTrainings { kIgnore, kServe };

/// Answers from the store what is stored, trains the rest with another trainer, and stores each
/// training in a transaction of its own the moment it exists, before anyone else hears of it.
/// What depends on this machine (cancelled, out of memory, unsupported) is not stored.
class CachingTrainer : public trainer::Trainer {
 public:
  /// `family`: "torch", or Keras with its versions; stored results of another are not used. Both
  /// must outlive this.
  CachingTrainer(trainer::Trainer& inner, Store& store, std::string family,
                 ImportedTrainings imported = ImportedTrainings::kIgnore);
  void train(std::span<const trainer::TrainingRequest> requests,
             const trainer::TrainingCallbacks& callbacks) override;
  std::string device_kind() const override { return inner_.device_kind(); }

  std::int64_t trained() const { return trained_; }    ///< trainings that were really run
  std::int64_t reused() const { return reused_; }      ///< answered from the store
  std::int64_t imported() const { return imported_; }  ///< of them with imported ones

 private:
  std::optional<trainer::TrainingResult> known(const trainer::TrainingRequest& request,
                                               const std::string& key,
                                               const TrainerIdentity& identity);

  trainer::Trainer& inner_;
  Store& store_;
  std::string family_;
  std::int64_t trained_ = 0;
  ImportedTrainings imported_rule_;
  std::int64_t reused_ = 0;
  std::int64_t imported_ = 0;
};

}  // namespace dlfix::agent
