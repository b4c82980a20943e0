#include "eval/repairers/bohb.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/repairers/fidelity.h"
#include "eval/repairers/proposal_gate.h"
#include "eval/repairers/selection.h"
#include "eval/repairers/space_axes.h"

namespace dlfix::eval {
namespace {

constexpr double kEta = 3;
constexpr double kSmallestShare = 1.0 / 9;
/// Rungs that give nothing to train one after another before the search ends.
constexpr int kMostIdleRungs = 100;

/// Axes as the model's coordinates: a range or an ordered list is scaled to [0, 1].
class UnitCode {
 public:
  explicit UnitCode(const SpaceAxes& space) : space_(space) {}

  std::vector<bohb::Coordinate> coordinates() const {
    std::vector<bohb::Coordinate> result;
    for (const Axis& axis : space_.axes()) {
      result.push_back({axis.kind == Axis::Kind::kCategory ? axis.values.size() : 0});
    }
    return result;
  }
  Places places(const bohb::Point& point) const;
  bohb::Point point(const Places& places) const;

 private:
  const SpaceAxes& space_;
};

Places UnitCode::places(const bohb::Point& point) const {
  Places places = point;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Axis& axis = space_.axes()[i];
    if (axis.kind == Axis::Kind::kNumber) {
      const double low = axis.logarithmic ? std::log(axis.low) : axis.low;
      const double high = axis.logarithmic ? std::log(axis.high) : axis.high;
      const double number = low + point[i] * (high - low);
      places[i] = std::clamp(axis.logarithmic ? std::exp(number) : number, axis.low, axis.high);
    } else if (axis.kind == Axis::Kind::kOrdered) {
      const auto count = static_cast<double>(axis.values.size());
      places[i] = std::min(count - 1, std::floor(point[i] * count));
    }
  }
  return places;
}

bohb::Point UnitCode::point(const Places& places) const {
  bohb::Point point = places;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Axis& axis = space_.axes()[i];
    if (axis.kind == Axis::Kind::kNumber) {
      const double low = axis.logarithmic ? std::log(axis.low) : axis.low;
      const double high = axis.logarithmic ? std::log(axis.high) : axis.high;
      const double number = axis.logarithmic ? std::log(places[i]) : places[i];
      point[i] = high > low ? (number - low) / (high - low) : 0;
    } else if (axis.kind == Axis::Kind::kOrdered) {
      point[i] = (places[i] + 0.5) / static_cast<double>(axis.values.size());
    }
  }
  return point;
}

bohb::OptimizerOptions optimizer_options(const BohbOptions& options, const RepairContext& context) {
  bohb::OptimizerOptions result;
  result.seed = context.seed;
  if (options.tools == ToolReading::kStudy) result.model.random_fraction = 1;
  if (options.tools == ToolReading::kFaithful) {
    result.model.kde.kernel = bohb::CategoryKernel::kFaithful;
  }
  const bool brackets =
      options.partial_trainings && options.tools != ToolReading::kStudy && can_cut_epochs(context);
  result.hyperband = {kEta, brackets ? kSmallestShare : 1, 1, bohb::BracketSize::kCode};
  return result;
}

class BohbRun {
 public:
  BohbRun(const BohbOptions& options, const RepairContext& context, TrialRunner& runner)
      : options_(options),
        context_(context),
        runner_(runner),
        space_(options.tools == ToolReading::kMended ? SpaceAxes::mended(context)
                                                     : SpaceAxes::as_published(context)),
        code_(space_),
        gate_(context, runner, options.tools != ToolReading::kMended),
        optimizer_(code_.coordinates(), optimizer_options(options, context),
                   [this](const bohb::Point& point, double share) { return admit(point, share); }) {
  }

  RepairSuggestion run();

 private:
  std::optional<bohb::Point> admit(const bohb::Point& point, double share);
  double loss_of(const TrialResult& result) const;
  void run_known();
  bool run_rung();
  std::vector<bohb::Evaluation> affordable(std::vector<bohb::Evaluation> asked);
  mapping::Config changes_of(const bohb::Evaluation& evaluation) const {
    return space_.changes(code_.places(evaluation.point)).value();
  }
  std::size_t most() const;
  mapping::Config best() const;

  const BohbOptions& options_;
  const RepairContext& context_;
  TrialRunner& runner_;
  SpaceAxes space_;
  UnitCode code_;
  ProposalGate gate_;
  bohb::Optimizer optimizer_;
  std::vector<TrialResult> history_;
  int idle_ = 0;
  std::string stopped_because_ = "budget";
};

/// The proposed config in the form in which it would be trained.
std::optional<bohb::Point> BohbRun::admit(const bohb::Point& point, double share) {
  const auto changes = space_.changes(code_.places(point));
  // What could never be trained in full is not begun.
  if (!changes || !gate_.lets_through(*changes, share)) return std::nullopt;
  gate_.close(*changes, share);
  const auto places = space_.places(*changes);
  if (!places) return std::nullopt;
  return code_.point(*places);
}

double BohbRun::loss_of(const TrialResult& result) const {
  const bool crashed = !result.usable() || !result.failures.empty();
  return crashed ? std::numeric_limits<double>::infinity() : -oriented_mean(context_, result);
}

void BohbRun::run_known() {
  for (TrialResult& result : run_known_configs(context_, runner_)) {
    if (const auto places = space_.places(result.changes)) {
      optimizer_.learn(code_.point(*places), 1, loss_of(result));
    }
    gate_.close(result.changes);
    history_.push_back(std::move(result));
  }
}

std::size_t BohbRun::most() const {
  const auto batch = static_cast<std::size_t>(std::max(1, options_.batch));
  if (options_.max_trials <= 0) return batch;
  const auto limit = static_cast<std::size_t>(options_.max_trials);
  return history_.size() >= limit ? 0 : std::min(batch, limit - history_.size());
}

/// Promoted configs that have become too dear count as crashed: they are not trained.
std::vector<bohb::Evaluation> BohbRun::affordable(std::vector<bohb::Evaluation> asked) {
  std::vector<bohb::Evaluation> kept;
  for (bohb::Evaluation& evaluation : asked) {
    const mapping::Config changes = changes_of(evaluation);
    const bool full = evaluation.budget >= 1;
    if (gate_.affordable(full ? changes : with_epochs_cut(context_, changes, evaluation.budget))) {
      kept.push_back(std::move(evaluation));
    } else {
      optimizer_.tell(evaluation, std::numeric_limits<double>::infinity());
    }
  }
  return kept;
}

/// Trains what the optimiser asks for next; false: the search ends.
bool BohbRun::run_rung() {
  const std::size_t wanted = most();
  if (wanted == 0) {
    stopped_because_ = "trials";
    return false;
  }
  const std::vector<bohb::Evaluation> asked = affordable(optimizer_.ask(wanted));
  if (optimizer_.exhausted()) {
    if (!gate_.too_dear()) stopped_because_ = "space exhausted";
    return false;
  }
  std::vector<mapping::Config> configs;
  for (const bohb::Evaluation& evaluation : asked) configs.push_back(changes_of(evaluation));
  const double before = runner_.budget_left();
  const double share = asked.empty() ? 1 : asked.front().budget;
  auto results = run_share(context_, runner_, configs, share);
  for (std::size_t i = 0; i < std::min(results.size(), asked.size()); ++i) {
    optimizer_.tell(asked[i], loss_of(results[i]));
    history_.push_back(std::move(results[i]));
  }
  idle_ = runner_.budget_left() < before ? 0 : idle_ + 1;
  if (idle_ >= kMostIdleRungs) {
    stopped_because_ = "space exhausted";
    return false;
  }
  return results.size() >= asked.size();
}

/// Of the trainings in full; the faulty program is the first of them.
mapping::Config BohbRun::best() const {
  std::vector<TrialResult> full;
  std::ranges::copy_if(history_, std::back_inserter(full),
                       [](const TrialResult& result) { return result.fidelity >= 1; });
  return best_single_result(context_, full);
}

RepairSuggestion BohbRun::run() {
  run_known();
  const bool searchable = !space_.axes().empty();
  if (!searchable) stopped_because_ = "space exhausted";
  while (searchable && !runner_.stopped() && runner_.budget_left() > 0) {
    if (!run_rung()) break;
  }
  if (runner_.stopped() && runner_.budget_left() > 0) stopped_because_ = "interrupted";
  if (context_.note) {
    context_.note(fmt::format("bohb ({}): {} of {} proposals came from the model",
                              to_string(options_.tools), optimizer_.model_based(),
                              optimizer_.proposed()));
  }
  return {best(), std::move(history_), stopped_because_};
}

}  // namespace

std::string Bohb::name() const {
  const bool flat = options_.tools == ToolReading::kMended && !options_.partial_trainings;
  return flat ? "bohb-flat" : tool_name("bohb", options_.tools);
}

RepairSuggestion Bohb::repair(const RepairContext& context, TrialRunner& runner) {
  return BohbRun(options_, context, runner).run();
}

}  // namespace dlfix::eval
