#include "eval/stopping/judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

using Programs = std::map<std::string, std::vector<Curve>>;

FinishedTraining finished(const Curve& curve) {
  FinishedTraining training{{}, curve.final()};
  for (const double share : stopping_shares()) training.values.push_back(curve.at(share));
  return training;
}

/// Share of its epochs that a training gets.
double share_trained(const Curve& curve, const std::vector<double>& needed) {
  const auto shares = stopping_shares();
  for (std::size_t look = 0; look < shares.size(); ++look) {
    const double error = remaining_error(curve.metric, curve.at(shares[look]));
    if (!(error <= remaining_error(curve.metric, needed[look]))) return shares[look];
  }
  return 1;
}

/// One search over the curves in the given order.
ReplayedSearches replay(std::span<const Curve* const> order, const StoppingRule& rule) {
  const std::string& metric = order.front()->metric;
  ReplayedSearches result;
  std::vector<FinishedTraining> done;
  double best = std::numeric_limits<double>::infinity();  // error
  for (const Curve* curve : order) {
    const double error = remaining_error(metric, curve->final());
    const auto needed = needed_values(rule, done, metric, value_at_error(metric, best));
    const double trained = share_trained(*curve, needed);
    const bool wins = done.size() >= rule.least_finished && error < best;
    ++result.trainings;
    result.given_up += trained < 1;
    result.winners += wins;
    result.winners_lost += wins && trained < 1;
    result.epochs += static_cast<double>(curve->epochs);
    result.epochs_saved += (1 - trained) * static_cast<double>(curve->epochs);
    if (trained < 1) continue;
    done.push_back(finished(*curve));
    best = std::min(best, error);
  }
  return result;
}

std::vector<StoppingRule> rules_tried() {
  std::vector<StoppingRule> rules;
  for (const std::size_t least : {4, 6, 8})
    for (const double safety : {1.0, 0.9, 0.8, 0.5, 0.25}) rules.push_back({least, safety});
  return rules;
}

StoppingRule chosen_without(const Programs& programs, const std::string& but, double risk) {
  StoppingRule chosen{8, 0};  // never
  double most = 0;
  for (const StoppingRule& rule : rules_tried()) {
    ReplayedSearches all;
    for (const auto& [name, curves] : programs)
      if (name != but) all.add(replay_searches(curves, rule));
    if (all.error_rate() > risk || all.saved() <= most) continue;
    most = all.saved();
    chosen = rule;
  }
  return chosen;
}

std::string words(const StoppingRule& rule) {
  return rule.safety == 0 ? "never"
                          : fmt::format("{} finished, {}", rule.least_finished, rule.safety);
}

nlohmann::json to_document(const ReplayedSearches& searches) {
  return {{"trainings", searches.trainings},     {"given_up", searches.given_up},
          {"winners", searches.winners},         {"winners_lost", searches.winners_lost},
          {"error_rate", searches.error_rate()}, {"epochs_saved", searches.saved()}};
}

nlohmann::json to_document(const StoppingRule& rule) {
  return {{"least_finished", rule.least_finished}, {"safety", rule.safety}};
}

}  // namespace

double ReplayedSearches::error_rate() const {
  return winners == 0 ? 0 : static_cast<double>(winners_lost) / static_cast<double>(winners);
}

double ReplayedSearches::saved() const { return epochs == 0 ? 0 : epochs_saved / epochs; }

void ReplayedSearches::add(const ReplayedSearches& other) {
  trainings += other.trainings;
  given_up += other.given_up;
  winners += other.winners;
  winners_lost += other.winners_lost;
  epochs += other.epochs;
  epochs_saved += other.epochs_saved;
}

ReplayedSearches replay_searches(std::span<const Curve> curves, const StoppingRule& rule,
                                 int searches, std::size_t length) {
  std::vector<const Curve*> order;
  for (const Curve& curve : curves) order.push_back(&curve);
  ReplayedSearches all;
  for (int search = 0; search < searches && !order.empty(); ++search) {
    RandomStream random(1, static_cast<std::uint64_t>(search));
    shuffle(order, random);
    all.add(replay(std::span(order).first(std::min(length, order.size())), rule));
  }
  return all;
}

StoppingJudgement judge_stopping(std::span<const Curve> curves, const StoppingRule& rule,
                                 double risk) {
  Programs programs;
  for (const Curve& curve : curves) programs[curve.program].push_back(curve);
  StoppingJudgement judgement{risk, rule, {}};
  for (const auto& [name, own] : programs) {
    ProgramStopping one{name, own.size(), replay_searches(own, rule), {8, 0}, {}};
    one.chosen = chosen_without(programs, name, risk);
    one.held_out = replay_searches(own, one.chosen);
    judgement.programs.push_back(std::move(one));
  }
  return judgement;
}

std::string to_text(const StoppingJudgement& judgement) {
  std::string text = fmt::format(
      "A training is given up when it has further to go than any finished one of its program ever\n"
      "went. Shipped: {}. Beside it a rule chosen on the other programs, losing at most {:.0f}% "
      "of\n"
      "their winners. Lost: trainings given up that would have become the best so far.\n\n"
      "{:12}{:>8} | {:>9}{:>14}{:>8} | {:>9}{:>14}{:>8}  chosen\n",
      words(judgement.rule), 100 * judgement.risk, "program", "curves", "given up", "lost", "saved",
      "given up", "lost", "saved");
  const auto cells = [](const ReplayedSearches& searches) {
    return fmt::format("{:>8.0f}%{:>14}{:>7.0f}%",
                       100.0 * static_cast<double>(searches.given_up) /
                           static_cast<double>(std::max<std::size_t>(searches.trainings, 1)),
                       fmt::format("{} of {}", searches.winners_lost, searches.winners),
                       100 * searches.saved());
  };
  for (const ProgramStopping& one : judgement.programs)
    text += fmt::format("{:12}{:>8} | {} | {}  {}\n", one.program, one.curves, cells(one.shipped),
                        cells(one.held_out), words(one.chosen));
  return text;
}

nlohmann::json to_document(const StoppingJudgement& judgement) {
  nlohmann::json programs = nlohmann::json::object();
  for (const ProgramStopping& one : judgement.programs)
    programs[one.program] = {{"curves", one.curves},
                             {"shipped", to_document(one.shipped)},
                             {"chosen", to_document(one.chosen)},
                             {"held_out", to_document(one.held_out)}};
  return {{"risk", judgement.risk}, {"rule", to_document(judgement.rule)}, {"programs", programs}};
}

}  // namespace dlfix::eval
