#include "eval/repairers/bohb/optimizer.h"

#include <algorithm>

namespace dlfix::eval::bohb {
namespace {

/// Proposals refused one after another before there counts as nothing left to propose.
constexpr int kMostRefusals = 1000;

}  // namespace

Optimizer::Optimizer(std::vector<Coordinate> coordinates, const OptimizerOptions& options,
                     Admission admit)
    : coordinates_(coordinates),
      options_(options),
      admit_(std::move(admit)),
      model_(std::move(coordinates), options.model),
      random_(options.seed),
      rungs_(bracket(options.hyperband, 0)) {}

/// To the next rung, or to the next bracket after the last one.
void Optimizer::advance() {
  std::vector<double> losses;
  for (const Entry& entry : entries_) losses.push_back(entry.loss);
  survivors_.clear();
  if (rung_ + 1 < rungs_.size()) {
    ++rung_;
    for (const std::size_t index : promoted(losses, rung().configs)) {
      survivors_.push_back(entries_[index].point);
    }
  } else {
    rungs_ = bracket(options_.hyperband, ++bracket_);
    rung_ = 0;
  }
  entries_.clear();
}

std::optional<Evaluation> Optimizer::next() {
  if (entries_.size() < survivors_.size()) {
    return Evaluation{survivors_[entries_.size()], rung().budget, false, entries_.size()};
  }
  for (int refused = 0; refused < kMostRefusals; ++refused) {
    const Proposal proposal = model_.propose(random_);
    const auto point = admit_ ? admit_(proposal.point, rung().budget) : proposal.point;
    if (!point) continue;
    ++proposed_;
    if (proposal.model_based) ++model_based_;
    return Evaluation{*point, rung().budget, proposal.model_based, entries_.size()};
  }
  return std::nullopt;
}

std::vector<Evaluation> Optimizer::ask(std::size_t most) {
  const bool rung_done = entries_.size() == rung().configs &&
                         std::ranges::all_of(entries_, [](const Entry& e) { return e.told; });
  if (rung_done) advance();
  std::vector<Evaluation> asked;
  while (asked.size() < most && entries_.size() < rung().configs) {
    auto evaluation = next();
    if (!evaluation) {
      exhausted_ = asked.empty();
      break;
    }
    entries_.push_back({evaluation->point});
    asked.push_back(std::move(*evaluation));
  }
  return asked;
}

void Optimizer::tell(const Evaluation& evaluation, double loss) {
  Entry& entry = entries_.at(evaluation.place);
  entry.loss = loss;
  entry.told = true;
  model_.add(evaluation.budget, evaluation.point, loss, random_);
}

void Optimizer::learn(const Point& point, double budget, double loss) {
  model_.add(budget, point, loss, random_);
}

}  // namespace dlfix::eval::bohb
