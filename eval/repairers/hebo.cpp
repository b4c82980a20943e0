#include "eval/repairers/hebo.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/repairers/proposal_gate.h"
#include "eval/repairers/selection.h"
#include "eval/repairers/space_axes.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kMendedInitial = 10;
constexpr std::size_t kFullEffort = 120;  // observations
constexpr int kStudyBatch = 8;
constexpr std::size_t kDesignBatch = 8;  // points of the design do not depend on results
constexpr int kMostIdleSuggestions = 100;
/// Mended: one suggestion more at a time for this many observations, so that fitting the model,
/// which gets dearer with each, never costs more than the trainings that it saves.
constexpr std::size_t kObservationsPerSuggestion = 8;

std::vector<hebo::Parameter> parameters_of(const SpaceAxes& space) {
  std::vector<hebo::Parameter> parameters;
  for (const Axis& axis : space.axes()) {
    hebo::Parameter parameter;
    parameter.low = axis.low;
    parameter.high = axis.high;
    if (axis.kind == Axis::Kind::kNumber) {
      parameter.type =
          axis.logarithmic ? hebo::ParameterType::kPower : hebo::ParameterType::kNumber;
    } else if (axis.kind == Axis::Kind::kOrdered) {
      parameter.type = hebo::ParameterType::kInteger;
      parameter.low = 0;
      parameter.high = static_cast<double>(axis.values.size()) - 1;
    } else {
      parameter.type = hebo::ParameterType::kCategory;
      parameter.categories = axis.values.size();
    }
    parameters.push_back(parameter);
  }
  return parameters;
}

hebo::OptimizerOptions optimizer_options_of(const HeboOptions& options,
                                            const RepairContext& context, std::size_t parameters) {
  hebo::OptimizerOptions result;
  result.seed = context.seed;
  if (options.tools == ToolReading::kMended) {
    result.initial = std::min(parameters + 1, kMendedInitial);
    result.full_effort = kFullEffort;
    result.continuous_tail = true;
  } else {
    result.scramble = false;
    result.integer_categories = true;
    result.evolution.tournament = true;
  }
  return result;
}

class HeboRun {
 public:
  HeboRun(const HeboOptions& options, const RepairContext& context, TrialRunner& runner)
      : options_(options),
        context_(context),
        runner_(runner),
        mended_(options.tools == ToolReading::kMended),
        space_(mended_ ? SpaceAxes::mended(context) : SpaceAxes::as_published(context)),
        gate_(context, runner, !mended_),
        optimizer_(parameters_of(space_),
                   optimizer_options_of(options, context, space_.axes().size())) {}

  RepairSuggestion run();

 private:
  bool run_batch();
  std::size_t batch_size() const;
  std::vector<mapping::Config> suggestions(std::size_t count);
  void observe(const TrialResult& result);
  bool allowed(const hebo::Point& values);

  const HeboOptions& options_;
  const RepairContext& context_;
  TrialRunner& runner_;
  bool mended_;
  SpaceAxes space_;
  ProposalGate gate_;
  hebo::Optimizer optimizer_;
  std::vector<TrialResult> history_;
  std::size_t observed_ = 0;  ///< of the history
  std::size_t modelled_ = 0;  ///< suggestions that came from the model
  std::size_t suggested_ = 0;
  bool too_dear_ = false;
  int idle_ = 0;
  std::string stopped_because_ = "budget";
};

bool HeboRun::allowed(const hebo::Point& values) {
  const auto changes = space_.changes(values);
  const bool fine = changes && gate_.lets_through(*changes);
  too_dear_ = too_dear_ || gate_.too_dear();
  return fine;
}

void HeboRun::observe(const TrialResult& result) {
  const bool failed = !result.usable() || !result.failures.empty();
  if (failed && (!mended_ || !result.usable())) return;
  if (const auto places = space_.places(result.changes)) {
    optimizer_.observe(*places, -oriented_mean(context_, result));
  }
}

std::size_t HeboRun::batch_size() const {
  const int own = options_.tools == ToolReading::kStudy ? kStudyBatch : 1;
  auto size = static_cast<std::size_t>(options_.batch > 0 ? options_.batch : own);
  if (mended_ && options_.batch <= 0)
    size = std::max(size, optimizer_.observations() / kObservationsPerSuggestion);
  if (mended_ && !optimizer_.ready()) {
    const std::size_t wanted = std::min(space_.axes().size() + 1, kMendedInitial);
    const std::size_t missing = wanted - std::min(wanted, optimizer_.observations());
    size = std::clamp(missing, size, std::max(size, kDesignBatch));
  }
  if (options_.max_trials <= 0) return size;
  const auto limit = static_cast<std::size_t>(options_.max_trials);
  return history_.size() >= limit ? 0 : std::min(size, limit - history_.size());
}

std::vector<mapping::Config> HeboRun::suggestions(std::size_t count) {
  const bool from_model = optimizer_.ready();
  too_dear_ = false;
  // As published, what cannot be trained takes a place in its batch.
  const hebo::Allowed filter = [this](const hebo::Point& values) { return allowed(values); };
  std::vector<mapping::Config> configs;
  for (const hebo::Point& values : optimizer_.suggest(count, mended_ ? filter : hebo::Allowed{})) {
    const auto changes = space_.changes(values);
    if (!changes || !gate_.lets_through(*changes)) continue;
    gate_.close(*changes);
    configs.push_back(*changes);
  }
  suggested_ += configs.size();
  if (from_model) modelled_ += configs.size();
  return configs;
}

/// false: the search ends.
bool HeboRun::run_batch() {
  const std::size_t wanted = batch_size();
  if (wanted == 0) {
    stopped_because_ = "trials";
    return false;
  }
  const std::vector<mapping::Config> configs = suggestions(wanted);
  if (configs.empty() && mended_) {
    if (!too_dear_) stopped_because_ = "space exhausted";
    return false;
  }
  const double before = runner_.budget_left();
  auto results = runner_.run(configs, 0, 1);
  const bool complete = results.size() >= configs.size();
  for (TrialResult& result : results) history_.push_back(std::move(result));
  // In the study's runs a trial was prepared while the one before it was still training.
  const std::size_t late = options_.tools == ToolReading::kStudy ? 1 : 0;
  while (observed_ + late < history_.size()) observe(history_[observed_++]);
  idle_ = runner_.budget_left() < before ? 0 : idle_ + 1;
  if (idle_ >= kMostIdleSuggestions) stopped_because_ = "space exhausted";
  return complete && idle_ < kMostIdleSuggestions;
}

RepairSuggestion HeboRun::run() {
  for (TrialResult& result : run_known_configs(context_, runner_)) {
    gate_.close(result.changes);
    history_.push_back(std::move(result));
    observe(history_[observed_++]);
  }
  const bool searchable = !space_.axes().empty();
  if (!searchable) stopped_because_ = "space exhausted";
  while (searchable && !runner_.stopped() && runner_.budget_left() > 0) {
    if (!run_batch()) break;
  }
  if (runner_.stopped() && runner_.budget_left() > 0) stopped_because_ = "interrupted";
  if (context_.note) {
    context_.note(fmt::format("hebo ({}): {} of {} suggestions came from the model",
                              to_string(options_.tools), modelled_, suggested_));
  }
  RepairSuggestion suggestion;
  suggestion.best = best_single_result(context_, history_);
  suggestion.history = std::move(history_);
  suggestion.stopped_because = stopped_because_;
  return suggestion;
}

}  // namespace

RepairSuggestion Hebo::repair(const RepairContext& context, TrialRunner& runner) {
  return HeboRun(options_, context, runner).run();
}

}  // namespace dlfix::eval
