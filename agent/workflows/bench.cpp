#include "agent/workflows/bench.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using trainer::TrainingRequest;
using trainer::TrainingResult;
using trainer::TrainingStatus;

/// Share of a batch that is done, from finished trainings and epochs of running ones.
class BatchProgress {
 public:
  explicit BatchProgress(std::size_t trainings) : shares_(trainings, 0.0) {}
  void set(std::size_t training, double share) {
    sum_ += share - shares_[training];
    shares_[training] = share;
  }
  double share() const { return sum_ / static_cast<double>(shares_.size()); }

 private:
  std::vector<double> shares_;
  double sum_ = 0;
};

/// The program, with the line of its loss when that is what cannot be trained (a layer's reason
/// names its line itself).
std::string place_of(const mapping::Program& program, const std::string& reason) {
  const mapping::Hyperparameter* loss = program.find("loss");
  if (!reason.starts_with("loss ") || !loss || loss->span.start.line <= 0) return program.path;
  return fmt::format("{}:{}", loss->span.file.empty() ? program.path : loss->span.file,
                     loss->span.start.line);
}

std::string remedy_of(const TrainingResult& unsupported) {
  return unsupported.trainer.starts_with("keras")
             ? "write it with what Keras can rebuild; `inspect` still reads the program"
             : "our trainer does not have this: train in your own Keras with --trainer keras "
               "(slower); `inspect` still reads the program";
}

}  // namespace

void Bench::account(const TrainingRequest& request, const TrainingResult& result) {
  if (!keys_.insert(trainer::training_key(request)).second) return;
  training_seconds_ += result.seconds;
  device_ = result.device;
  trainer_name_ = result.trainer;
}

std::vector<std::optional<TrainingResult>> Bench::train(std::span<const TrainingRequest> requests,
                                                        double from, double to) {
  std::vector<std::optional<TrainingResult>> results(requests.size());
  if (requests.empty() || cancel_) return results;
  BatchProgress batch(requests.size());
  const auto tell = [&] { reporter_.progress(from + (to - from) * batch.share(), trainings()); };
  trainer::TrainingCallbacks callbacks;
  callbacks.cancel = &cancel_;
  callbacks.on_result = [&](std::size_t index, const TrainingResult& result) {
    if (result.status == TrainingStatus::kCancelled) return;
    account(requests[index], result);
    batch.set(index, 1.0);
    results[index] = result;
    tell();
  };
  callbacks.on_progress = [&](const trainer::TrainingProgress& progress) {
    if (results[progress.request] || progress.epochs <= 0) return;
    batch.set(progress.request,
              static_cast<double>(progress.epoch) / static_cast<double>(progress.epochs));
    tell();
  };
  trainer_.train(requests, callbacks);
  return results;
}

void refuse_untrainable(const TrainingResult& result, const mapping::Program& program) {
  if (result.status == TrainingStatus::kUnsupported) {
    throw support::InputError(place_of(program, result.reason) + ": " + result.reason,
                              remedy_of(result));
  }
  if (result.status == TrainingStatus::kOutOfMemory) {
    throw support::EnvironmentError("training: " + result.reason,
                                    "free memory, or use a machine with more of it");
  }
  // A result that no trainer signed: its process died.
  if (result.status == TrainingStatus::kCrash && result.trainer.empty()) {
    throw support::EnvironmentError("training: " + result.reason,
                                    "check the installation with `dlfix-trainer --version` (with "
                                    "--trainer keras: of Keras and TensorFlow)");
  }
}

const trainer::EvaluationResult* measured(const TrainingResult& result) {
  return result.evaluations.empty() ? nullptr : &result.evaluations.front();
}

double measured_value(const TrainingResult& result) {
  const auto* evaluation = measured(result);
  const bool usable = evaluation && result.status == TrainingStatus::kOk;
  return usable ? evaluation->value : std::numeric_limits<double>::quiet_NaN();
}

std::string failure(const TrainingResult& result) {
  if (result.status == TrainingStatus::kOk) return "";
  if (result.status == TrainingStatus::kNan) return "the loss became not a number";
  return result.reason.empty() ? std::string(trainer::to_string(result.status)) : result.reason;
}

}  // namespace dlfix::agent
