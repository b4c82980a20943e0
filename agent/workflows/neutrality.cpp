#include "agent/workflows/neutrality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "agent/workflows/arm.h"
#include "agent/workflows/ground_truth.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/repair_state.h"
#include "agent/workflows/search_runner.h"
#include "agent/workflows/study_subject.h"
#include "eval/evidence/problem.h"
#include "eval/repairers/changes.h"
#include "eval/truths/change_labels.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using eval::NeutralityNode;
using eval::NodeValues;
using eval::OrderedConfig;

/// Kinds of names in the study's order; others are never changed.
constexpr std::array<std::string_view, 10> kOrder{
    "ki", "bi", "act", "layer", "unit", "loss", "batch_size", "optimizer", "lr", "epochs"};

std::size_t rank_of(std::string_view name) {
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.remove_suffix(1);
  return static_cast<std::size_t>(std::ranges::find(kOrder, name) - kOrder.begin());
}

std::vector<std::string> ordered_names(const mapping::Program& program,
                                       const std::vector<std::string>& asked) {
  std::vector<std::string> names;
  for (const std::string& name : asked)
    if (program.find(name) != nullptr) names.push_back(name);
  if (!asked.empty()) return names;
  for (const auto& one : program.hyperparameters)
    if (rank_of(one.name) < kOrder.size()) names.push_back(one.name);
  std::ranges::stable_sort(names, {}, rank_of);
  return names;
}

OrderedConfig ordered_config(const mapping::Config& config, const std::vector<std::string>& names) {
  OrderedConfig ordered;
  for (const std::string& name : names) {
    const auto found = config.find(name);
    ordered.emplace_back(name, found == config.end() ? nlohmann::json() : found->second);
  }
  return ordered;
}

/// A program of the analysis: one Subject, or one for each drawing of its data.
struct Measured {
  std::vector<Subject> drawings;
  mapping::Config changes;  ///< that make it what is measured
  const Subject& of_seed(int seed) const {
    return drawings[static_cast<std::size_t>(seed) % drawings.size()];
  }
};

class Analysis {
 public:
  Analysis(const NeutralityRequest& request, const NeutralityEnvironment& environment)
      : request_(request),
        environment_(environment),
        bench_(environment.trainer, environment.reporter, environment.cancel) {}

  NeutralityReport run();

 private:
  void read();
  Subject read_drawing(int drawing);
  void read_fix(int drawing);
  void choose_rows(Subject& subject);
  const Subject& subject() const { return faulty_.drawings.front(); }
  /// Metric of `seeds` trainings; nullopt when one has no finite value, an empty list when
  /// interrupted.
  NodeValues measure(const Measured& program);
  bool measure_root();
  bool measure_fix();
  std::vector<NodeValues> evaluate(std::span<const OrderedConfig> configs);
  mapping::Config changes_to(const OrderedConfig& config) const;
  void search();
  void confirm();
  void name_faults();
  void settle();

  const NeutralityRequest& request_;
  const NeutralityEnvironment& environment_;
  Bench bench_;
  Measured faulty_, fix_;
  SearchAccount account_;
  std::unique_ptr<SearchRunner> runner_;
  OrderedConfig root_;
  NodeValues root_values_;
  NeutralityReport report_;
};

Subject Analysis::read_drawing(int drawing) {
  const std::string place = fmt::format("{}/drawing_{}", environment_.directory, drawing);
  RepairOptions reading;
  reading.program = request_.redrawn ? redrawn_copy(request_.program, place + "/text", drawing + 1)
                                     : request_.program;
  reading.profile = request_.profile;
  Subject subject = read_subject(reading, environment_.capture, place);
  const eval::Problem problem = eval::detect_problem(subject.program);
  const MetricChoice metric = choose_metric(subject.program, problem.kind, request_.metric);
  subject.metric = metric.name;
  if (drawing == 0) {
    if (!metric.remark.empty()) report_.notes.push_back(metric.remark);
    report_.notes.insert(report_.notes.end(), subject.plan.notes.begin(), subject.plan.notes.end());
  }
  choose_rows(subject);
  return subject;
}

void Analysis::read_fix(int drawing) {
  const std::string place = fmt::format("{}/fix_{}", environment_.directory, drawing);
  const bool program = std::filesystem::path(request_.fix).extension() != ".json";
  const std::string file = request_.redrawn && program
                               ? redrawn_copy(request_.fix, place + "/text", drawing + 1)
                               : request_.fix;
  GroundTruth truth =
      read_ground_truth(file, faulty_.of_seed(drawing), place, environment_.capture);
  if (drawing == 0 && !truth.remark.empty()) report_.notes.push_back(truth.remark);
  report_.result.fix.name = truth.name;
  fix_.changes = truth.changes;
  fix_.drawings.push_back(std::move(truth.subject));
}

void Analysis::read() {
  for (int drawing = 0; drawing < (request_.redrawn ? request_.seeds : 1); ++drawing) {
    faulty_.drawings.push_back(read_drawing(drawing));
    read_fix(drawing);
  }
  eval::NeutralityResult& result = report_.result;
  result.program = request_.program;
  result.metric = subject().metric;
  result.higher_is_better = trainer::higher_is_better(result.metric);
  result.scores = request_.scores;
  result.seeds = request_.seeds;
  report_.profile = subject().profile;
  const auto names = ordered_names(subject().program, request_.names);
  root_ = ordered_config(subject().program.config(), names);
  const mapping::Config fixed = eval::joined(fix_.drawings.front().program.config(), fix_.changes);
  for (const std::string& name : names)
    result.fix.config[name] = fixed.count(name) != 0 ? fixed.at(name) : nlohmann::json();
  if (request_.redrawn) report_.notes.emplace_back("every seed draws the data anew, as the study");
}

void Analysis::choose_rows(Subject& subject) {
  RowPlan& plan = subject.plan;
  const bool printed = request_.scores == eval::Scores::kPrinted;
  if (request_.split && subject.pool.source == EvaluationSource::kEvaluate)
    use_study_rows(subject, request_.split->test_size, request_.split->seed);
  if (printed) plan.search = plan.final;
  report_.rows = printed ? fmt::format("{} hold-out rows for everything", plan.search.size())
                         : fmt::format("{} rows to search, {} to confirm", plan.search.size(),
                                       plan.final_count());
}

NodeValues Analysis::measure(const Measured& program) {
  std::vector<trainer::TrainingRequest> requests;
  for (int seed = 0; seed < request_.seeds; ++seed) {
    const Subject& subject = program.of_seed(seed);
    requests.push_back(subject.request(program.changes, subject.plan.search_use(),
                                       static_cast<std::uint64_t>(seed)));
  }
  const mapping::Program& text = program.drawings.front().program;
  std::vector<double> values;
  double work = 0, seconds = 0;
  for (const auto& result : bench_.train(requests)) {
    if (!result) return std::vector<double>{};
    refuse_untrainable(*result, text);
    values.push_back(measured_value(*result));
    work += result->work;
    seconds += result->seconds;
    if (!std::isfinite(values.back()))
      report_.notes.push_back(fmt::format("{}: {}", text.path, failure(*result)));
  }
  if (std::ranges::any_of(values, [](double value) { return !std::isfinite(value); })) return {};
  const auto count = static_cast<double>(request_.seeds);
  account_.faulty_work = std::max(1e-9, work / count);
  account_.faulty_seconds = std::max(1e-6, seconds / count / account_.parallel);
  return values;
}

bool Analysis::measure_fix() {
  environment_.reporter.phase("fix",
                              fmt::format("{}, {} seeds", report_.result.fix.name, request_.seeds));
  const NodeValues values = measure(fix_);
  if (!values)
    throw support::InputError(
        request_.fix + ": the known fix gives no number",
        report_.notes.empty() ? "give another --ground-truth" : report_.notes.back());
  report_.result.fix.values = *values;
  return !values->empty();
}

bool Analysis::measure_root() {
  environment_.reporter.phase("reproduce", fmt::format("as written, {} seeds", request_.seeds));
  root_values_ = measure(faulty_);
  if (!root_values_)
    throw support::InputError(
        request_.program + ": as written the program gives no number to compare with",
        report_.notes.empty() ? "" : report_.notes.back());
  return !root_values_->empty();
}

mapping::Config Analysis::changes_to(const OrderedConfig& config) const {
  mapping::Config changes;
  for (std::size_t i = 0; i < config.size(); ++i)
    if (config[i].second != root_[i].second) changes[config[i].first] = config[i].second;
  return changes;
}

std::vector<NodeValues> Analysis::evaluate(std::span<const OrderedConfig> configs) {
  std::vector<mapping::Config> changes;
  for (const auto& config : configs) changes.push_back(changes_to(config));
  std::vector<NodeValues> values;
  for (const eval::TrialResult& trial : runner_->run(changes, 0, request_.seeds)) {
    const bool complete = trial.failures.empty() && trial.usable();
    values.push_back(complete ? NodeValues(trial.values) : std::nullopt);
  }
  return values;
}

void Analysis::search() {
  account_.budget = request_.budget;
  account_.writable_only = false;
  account_.own_seeds = request_.seed;  // the study's trainings set none
  runner_ = std::make_unique<SearchRunner>(subject(), bench_, account_, faulty_.drawings);
  eval::NeutralityResult& result = report_.result;
  eval::NeutralityOptions options;
  options.higher_is_better = result.higher_is_better;
  options.truth_fitness = eval::node_fitness(result.fix.values, request_.scores);
  options.top_k = request_.top_k;
  options.scores = request_.scores;
  options.follow_equal = request_.follow_equal;
  options.stop = [&] { return runner_->stopped(); };
  options.expanding = [&](const NeutralityNode& parent, std::size_t waiting) {
    environment_.reporter.phase(
        "search", fmt::format("neighbours of node {} ({} {:.4f}), {} more wait", parent.id,
                              subject().metric, parent.fitness, waiting));
  };
  bool first = true;
  const auto evaluator = [&](std::span<const OrderedConfig> configs) {
    if (std::exchange(first, false)) return std::vector<NodeValues>{root_values_};
    return evaluate(configs);
  };
  result.graph = eval::search_neutral(root_, evaluator, options);
  result.stopped_because = result.graph.exhausted ? "no nodes left"
                           : bench_.interrupted() ? "interrupted"
                                                  : "budget";
}

void Analysis::confirm() {
  eval::NeutralityResult& result = report_.result;
  const auto alternatives = eval::alternatives_of(result);
  if (alternatives.empty()) return;
  environment_.reporter.phase(
      "confirm", fmt::format("{} alternatives and the fix on final rows", alternatives.size()));
  std::vector<trainer::TrainingRequest> requests;
  const auto add = [&](const Measured& program, const mapping::Config& changes) {
    for (int i = 0; i < request_.seeds; ++i) {
      const Subject& subject = program.of_seed(i);
      requests.push_back(subject.request(changes, subject.plan.proof_use(i),
                                         static_cast<std::uint64_t>(kFirstProofSeed + i)));
    }
  };
  add(fix_, fix_.changes);
  for (const auto* node : alternatives) add(faulty_, changes_to(node->config));
  const auto trained = bench_.train(requests);
  const auto values_at = [&](std::size_t arm) {
    std::vector<double> values;
    const auto seeds = static_cast<std::size_t>(request_.seeds);
    for (std::size_t i = arm * seeds; i < (arm + 1) * seeds && trained[i]; ++i)
      values.push_back(measured_value(*trained[i]));
    if (values.size() < seeds) values.clear();
    return values;
  };
  result.fix.final_values = values_at(0);
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    std::vector<double> values = values_at(i + 1);
    const bool finite = std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
    // What does not train on these rows counts as the worst.
    if (!finite) values.assign(values.size(), result.higher_is_better ? 0.0 : HUGE_VAL);
    if (!values.empty()) result.final_values[alternatives[i]->id] = std::move(values);
  }
}

void Analysis::name_faults() {
  for (const auto* node : eval::alternatives_of(report_.result))
    report_.result.fault_types[node->id] =
        eval::labels_of_changes(subject().program, eval::changes_of(report_.result, *node));
}

void Analysis::settle() {
  report_.device = bench_.device();
  report_.trainer = bench_.trainer_name();
  report_.training_seconds = bench_.training_seconds();
  report_.trainings = bench_.trainings();
  report_.interrupted = bench_.interrupted();
}

NeutralityReport Analysis::run() {
  const auto begin = std::chrono::steady_clock::now();
  account_.parallel = std::max(1.0, request_.parallel);
  environment_.reporter.phase("read", request_.program);
  read();
  report_.result.graph.root.config = root_;
  report_.result.stopped_because = "interrupted";
  if (measure_fix() && measure_root()) {
    search();
    const bool final_rows = request_.scores == eval::Scores::kCorrected &&
                            !subject().plan.too_few_rows && request_.confirm;
    if (final_rows && !bench_.interrupted()) confirm();
    name_faults();
  }
  settle();
  report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return std::move(report_);
}

}  // namespace

NeutralityReport analyse_neutrality(const NeutralityRequest& request,
                                    const NeutralityEnvironment& environment) {
  return Analysis(request, environment).run();
}

}  // namespace dlfix::agent
