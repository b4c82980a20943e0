#include "trainer/torch/engine.h"

#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <new>

#include "trainer/spec/work.h"
#include "trainer/torch/checks.h"
#include "trainer/torch/devices.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/fused_training.h"
#include "trainer/torch/fusion.h"

namespace dlfix::trainer {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{2} << 30;
constexpr std::size_t kLargestGroup = 1024;
// Multiply-adds of a step from which a processor gains nothing by batching it with others.
constexpr double kLoneStep = 5e7;

// A request that passed the checks.
struct Planned {
  std::size_t index = 0;
  double bytes = 0;
  double step = 0;        ///< multiply-adds of a forward pass of one batch
  std::string functions;  ///< see function_key
};

// LibTorch has no type of its own for it on a processor.
bool lacks_memory(const c10::Error& error) {
  return std::string(error.what_without_backtrace()).find("memory") != std::string::npos;
}

}  // namespace

struct Engine::Impl {
  explicit Impl(const EngineOptions& given)
      : options(given), device(choose_device(given.device)), cache(device) {}

  std::string device_name() const { return device.str(); }
  std::string version_name() const { return std::string("torch ") + TORCH_VERSION; }

  FitData load(const TrainingRequest& request);

  EngineOptions options;
  at::Device device;
  DataCache cache;
};

namespace {

// One call of Engine::train.
class Session {
 public:
  Session(Engine::Impl& engine, std::span<const TrainingRequest> requests,
          const TrainingCallbacks& callbacks);
  void run();

 private:
  bool cancelled() const { return callbacks_.cancel != nullptr && callbacks_.cancel->load(); }
  void plan(std::size_t index);
  void train_group(const std::vector<Planned>& group);
  void train_together(const std::vector<Planned>& group);
  void train_halves(const std::vector<Planned>& group);
  double memory_budget() const;
  void check_memory(double bytes) const;
  std::vector<std::vector<Planned>> split(const std::vector<Planned>& group) const;
  void report(std::size_t index, TrainingResult result);
  void report_failure(std::size_t index, TrainingStatus status, const std::string& reason);
  template <class F>
  bool guarded(std::size_t index, F action);

  Engine::Impl& engine_;
  std::span<const TrainingRequest> requests_;
  const TrainingCallbacks& callbacks_;
  std::map<std::string, std::vector<Planned>> groups_;
  std::vector<std::string> order_;  ///< keys by first appearance
  std::vector<bool> reported_;
  std::vector<double> work_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

Session::Session(Engine::Impl& engine, std::span<const TrainingRequest> requests,
                 const TrainingCallbacks& callbacks)
    : engine_(engine),
      requests_(requests),
      callbacks_(callbacks),
      reported_(requests.size(), false),
      work_(requests.size(), 0) {}

void Session::report(std::size_t index, TrainingResult result) {
  if (reported_[index]) return;
  reported_[index] = true;
  const FitSpec& fit = requests_[index].fit;
  const double done =
      result.given_up ? double(result.epochs.size()) / double(std::max<std::int64_t>(fit.epochs, 1))
                      : 1.0;
  result.work = work_[index] * done;
  result.device = engine_.device_name();
  result.trainer = engine_.version_name();
  if (callbacks_.on_result) callbacks_.on_result(index, result);
}

void Session::report_failure(std::size_t index, TrainingStatus status, const std::string& reason) {
  TrainingResult result;
  result.status = status;
  result.reason = reason;
  report(index, std::move(result));
}

// Runs `action`; what it throws becomes the result of `index`. Returns whether it threw nothing.
template <class F>
bool Session::guarded(std::size_t index, F action) {
  try {
    action();
    return true;
  } catch (const TrainingFailure& failure) {
    report_failure(index, failure.status(), failure.what());
  } catch (const std::bad_alloc&) {
    report_failure(index, TrainingStatus::kOutOfMemory, "out of memory");
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    report_failure(index,
                   lacks_memory(error) ? TrainingStatus::kOutOfMemory : TrainingStatus::kCrash,
                   text.substr(0, text.find('\n')));
  } catch (const std::exception& error) {
    report_failure(index, TrainingStatus::kCrash, error.what());
  }
  return false;
}

void Session::plan(std::size_t index) {
  const TrainingRequest& request = requests_[index];
  guarded(index, [&] {
    const Profile& profile = find_profile(request.profile);
    const FitData data = engine_.load(request);
    work_[index] = training_work(request.model, request.fit, data.train.count);
    const double bytes = check_request(request, data, profile);
    check_memory(bytes);
    const std::string key = fusion_key(request);
    if (!groups_.contains(key)) order_.push_back(key);
    const auto rows = std::min(request.fit.batch_size, data.train.count);
    const double step = model_size(request.model).multiply_adds * double(rows);
    groups_[key].push_back({index, bytes, step, function_key(request)});
  });
}

double Session::memory_budget() const {
  const EngineOptions& options = engine_.options;
  const double free = free_memory(engine_.device);
  return options.memory_bytes > 0 ? std::min(options.memory_bytes, free)
                                  : free * options.memory_share;
}

void Session::check_memory(double bytes) const {
  const double most = engine_.options.memory_most;
  if (most <= 0 || bytes <= most) return;
  const auto megabytes = [](double number) { return std::to_string(std::lround(number / 1e6)); };
  throw TrainingFailure(TrainingStatus::kOutOfMemory,
                        "the training needs about " + megabytes(bytes) + " MB, " + megabytes(most) +
                            " MB are allowed (--memory)");
}

std::vector<std::vector<Planned>> Session::split(const std::vector<Planned>& group) const {
  const double budget = memory_budget();
  const double each = std::max(group[0].bytes, 1.0);
  const bool alone = engine_.device.is_cpu() && group[0].step >= kLoneStep;
  const auto fitting =
      alone ? std::size_t{1}
            : static_cast<std::size_t>(std::clamp(budget / each, 1.0, double(kLargestGroup)));
  const std::size_t parts = (group.size() + fitting - 1) / fitting;
  const std::size_t size = (group.size() + parts - 1) / parts;
  std::vector<std::vector<Planned>> split;
  for (std::size_t first = 0; first < group.size(); first += size) {
    split.emplace_back(group.begin() + std::ptrdiff_t(first),
                       group.begin() + std::ptrdiff_t(std::min(first + size, group.size())));
  }
  return split;
}

void Session::train_together(const std::vector<Planned>& group) {
  std::vector<const TrainingRequest*> requests;
  for (const Planned& planned : group) requests.push_back(&requests_[planned.index]);
  TrainingHooks hooks;
  hooks.cancelled = [this] { return cancelled(); };
  hooks.on_result = [&](std::size_t replica, TrainingResult result) {
    report(group[replica].index, std::move(result));
  };
  hooks.on_epoch = [&](std::size_t replica, std::int64_t epoch) {
    if (!callbacks_.on_progress) return;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
    const std::size_t index = group[replica].index;
    callbacks_.on_progress({index, epoch, requests_[index].fit.epochs, elapsed.count()});
  };
  FusedTraining(requests, engine_.load(*requests[0]), find_profile(requests[0]->profile),
                engine_.device, std::move(hooks))
      .run();
}

void Session::train_halves(const std::vector<Planned>& group) {
  const auto middle = group.begin() + std::ptrdiff_t(group.size() / 2);
  train_group({group.begin(), middle});
  train_group({middle, group.end()});
}

// A group that does not fit is halved; one that fails otherwise is tried again one by one: only the
// culprit gets the failure.
void Session::train_group(const std::vector<Planned>& group) {
  if (group.size() > 1) {
    try {
      return train_together(group);
    } catch (const std::bad_alloc&) {
      return train_halves(group);
    } catch (const c10::Error& error) {
      if (lacks_memory(error)) return train_halves(group);
    } catch (const std::exception&) {
      // Told by the single trainings below.
    }
  }
  for (const Planned& planned : group) {
    if (!reported_[planned.index]) {
      guarded(planned.index, [&] { train_together({planned}); });
    }
  }
}

void Session::run() {
  for (std::size_t i = 0; i < requests_.size(); ++i) plan(i);
  for (const std::string& key : order_) {
    auto& group = groups_[key];
    std::stable_sort(group.begin(), group.end(),
                     [](const Planned& a, const Planned& b) { return a.functions < b.functions; });
    for (const auto& part : split(group)) {
      if (!cancelled()) train_group(part);
    }
  }
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    if (!reported_[i]) report_failure(i, TrainingStatus::kCancelled, "cancelled");
  }
}

}  // namespace

FitData Engine::Impl::load(const TrainingRequest& request) {
  FitData data;
  data.train = load_rows(request.train, cache);
  if (request.validation) {
    data.validation = load_rows(*request.validation, cache);
  } else if (request.fit.validation_split > 0) {
    auto [train, validation] = split_validation(data.train, request.fit.validation_split);
    data.train = std::move(train);
    data.validation = std::move(validation);
  }
  for (const EvaluationSet& set : request.evaluate) {
    data.evaluate.push_back(load_rows(set.data, cache));
  }
  return data;
}

Engine::Engine(const EngineOptions& options) : impl_(std::make_unique<Impl>(options)) {
  use_one_thread();
}

Engine::~Engine() = default;

std::string Engine::device() const { return impl_->device_name(); }

std::string Engine::version() const { return impl_->version_name(); }

double Engine::measure_products() {
  constexpr std::int64_t kSize = 768;
  constexpr int kRepeats = 5;
  use_one_thread();
  const Tensor a = at::ones({kSize, kSize});
  Tensor c = at::mm(a, a);
  double best = 0;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    at::mm_out(c, a, a);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2e-9 * double(kSize * kSize * kSize) / taken.count());
  }
  return best;
}

void Engine::train(std::span<const TrainingRequest> requests, const TrainingCallbacks& callbacks) {
  Session(*impl_, requests, callbacks).run();
  impl_->cache.trim(kCacheBytes);
}

}  // namespace dlfix::trainer
