#include "agent/workflows/trainer_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "agent/settings/benchmark_subject.h"
#include "agent/workflows/study_subject.h"
#include "eval/statistics/descriptive.h"
#include "trainer/spec/work.h"
#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;
using trainer::TrainingRequest;

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();
constexpr int kFused = 10;
constexpr int kEagerCandidates = 10;  ///< so many of them stand for all
constexpr std::chrono::minutes kPatience{30};

/// A program that answers one JSON line with one JSON line.
class Contestant {
 public:
  explicit Contestant(const std::vector<std::string>& arguments)
      : name_(arguments.at(0)), process_(options(arguments)) {}

  json ask(const json& message) {
    process_.write_line(message.dump());
    const auto line = process_.read_line(kPatience);
    if (!line)
      throw support::EnvironmentError(
          fmt::format("{}: gave no answer: {}", name_, process_.standard_error()),
          "run it by hand to see what is wrong with it");
    const json answer = json::parse(*line, nullptr, false);
    if (!answer.is_object())
      throw support::EnvironmentError(fmt::format("{}: answered no JSON: {}", name_, *line),
                                      "build it anew");
    if (answer.contains("error"))
      throw support::InputError(answer["error"].get<std::string>(), "take another subject");
    return answer;
  }

  double seconds(const char* what, const char* name, int trainings) {
    const json answer = ask({{"do", what}, {"name", name}, {"trainings", trainings}});
    return answer.at("seconds").get<double>() / trainings;
  }

 private:
  static support::ProcessOptions options(const std::vector<std::string>& arguments) {
    support::ProcessOptions options;
    options.arguments = arguments;
    options.output_limit = std::size_t{1} << 30;
    return options;
  }
  std::string name_;
  support::LineProcess process_;
};

/// Median of what was measured.
double median_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return eval::median(values);
}

/// Seconds of one training in one round.
struct Round {
  double eager = kNotMeasured, single = kNotMeasured, fused = kNotMeasured;
  double candidates = kNotMeasured, eager_candidates = kNotMeasured;
  double pool = kNotMeasured, keras = kNotMeasured;
  double primitive_step = kNotMeasured;
};

std::vector<double> each(const std::vector<Round>& rounds, double Round::*field) {
  std::vector<double> values;
  for (const Round& round : rounds) values.push_back(round.*field);
  return values;
}

/// Median over the rounds of one contestant's time over the other's.
double ratio(const std::vector<Round>& rounds, double Round::*slow, double Round::*fast) {
  std::vector<double> ratios;
  for (const Round& round : rounds) ratios.push_back(round.*slow / round.*fast);
  return median_of(ratios);
}

/// Steps of one training.
std::int64_t steps_of(const TrainingRequest& request) {
  const auto rows = static_cast<std::int64_t>(request.train.rows->size());
  const auto batch = request.fit.batch_size;
  return request.fit.epochs * ((rows + batch - 1) / batch);
}

/// Fewer epochs, then fewer rows, until a training is as short as asked for.
TrainingRequest cut_request(TrainingRequest request, const TrainerBenchOptions& options) {
  auto& rows = *request.train.rows;
  const auto batch = request.fit.batch_size;
  const double whole =
      trainer::training_work(request.model, request.fit, static_cast<std::int64_t>(rows.size()));
  const double each = whole / static_cast<double>(steps_of(request));
  const auto most =
      std::clamp<std::int64_t>(static_cast<std::int64_t>(options.work / each), 4, options.steps);
  const auto epoch = steps_of(request) / request.fit.epochs;
  request.fit.epochs = std::clamp<std::int64_t>(most / epoch, 1, request.fit.epochs);
  if (epoch > most) rows.resize(static_cast<std::size_t>(most * batch));
  return request;
}

std::vector<TrainingRequest> seeded(const TrainingRequest& request, int count) {
  std::vector<TrainingRequest> requests(static_cast<std::size_t>(count), request);
  for (int i = 0; i < count; ++i) requests[i].seed = static_cast<std::uint64_t>(i) + 1;
  return requests;
}

double pool_seconds(trainer::Trainer& pool, const std::vector<TrainingRequest>& requests) {
  const auto start = std::chrono::steady_clock::now();
  trainer::TrainingCallbacks callbacks;
  callbacks.on_result = [](std::size_t, const trainer::TrainingResult&) {};
  pool.train(requests, callbacks);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return taken.count() / static_cast<double>(requests.size());
}

/// Everything that one subject's rounds need.
class SubjectBench {
 public:
  SubjectBench(const TrainerBenchOptions& options, const TrainerBenchEnvironment& environment,
               Contestant& own, std::optional<Contestant>& keras, const TrainingRequest& request)
      : options_(options),
        environment_(environment),
        own_(own),
        keras_(keras),
        ten_(seeded(request, kFused)) {
    own_.ask({{"do", "load"}, {"name", "ten"}, {"requests", ten_}});
    if (options_.candidates > 0)
      own_.ask({{"do", "load"},
                {"name", "candidates"},
                {"requests", vary_request(request, options_.candidates)}});
    if (keras_) {
      keras_->ask({{"do", "load"}, {"name", "ten"}, {"requests", json::array({ten_[0]})}});
      keras_->seconds("fit", "ten", 1);  // traces
    }
    own_.seconds("fused", "ten", 1);  // maps the data
    if (environment_.pool != nullptr) pool_seconds(*environment_.pool, seeded(request, 2));
  }

  Round measure() {
    Round round;
    if (options_.eager) round.eager = own_.seconds("eager", "ten", 1);
    round.single = own_.seconds("fused", "ten", 1);
    round.fused = own_.seconds("fused", "ten", kFused);
    if (options_.candidates > 0) {
      round.candidates = own_.seconds("fused", "candidates", options_.candidates);
      if (options_.eager)
        round.eager_candidates =
            own_.seconds("eager", "candidates", std::min(kEagerCandidates, options_.candidates));
    }
    if (keras_) round.keras = keras_->seconds("fit", "ten", 1);
    if (environment_.pool != nullptr) round.pool = pool_seconds(*environment_.pool, ten_);
    const json limit = own_.ask({{"do", "primitives"}, {"name", "ten"}});
    round.primitive_step = limit.at("seconds");
    gflop_ = limit.at("gflop");
    return round;
  }

  double gflop() const { return gflop_; }

 private:
  const TrainerBenchOptions& options_;
  const TrainerBenchEnvironment& environment_;
  Contestant& own_;
  std::optional<Contestant>& keras_;
  std::vector<TrainingRequest> ten_;
  double gflop_ = 0;
};

SubjectSpeed sum_up(const std::string& id, const TrainingRequest& request, double gflop,
                    const std::vector<Round>& rounds) {
  SubjectSpeed speed;
  speed.subject = id;
  speed.batch = request.fit.batch_size;
  speed.steps = steps_of(request);
  speed.epochs = request.fit.epochs;
  speed.eager = median_of(each(rounds, &Round::eager));
  speed.single = median_of(each(rounds, &Round::single));
  speed.fused = median_of(each(rounds, &Round::fused));
  speed.candidates = median_of(each(rounds, &Round::candidates));
  speed.eager_candidates = median_of(each(rounds, &Round::eager_candidates));
  speed.pool = median_of(each(rounds, &Round::pool));
  speed.keras = median_of(each(rounds, &Round::keras));
  speed.primitive_step = median_of(each(rounds, &Round::primitive_step));
  speed.primitive_gflop = gflop;
  speed.fused_over_eager = ratio(rounds, &Round::eager, &Round::fused);
  speed.single_over_eager = ratio(rounds, &Round::eager, &Round::single);
  speed.candidates_over_eager = ratio(rounds, &Round::eager_candidates, &Round::candidates);
  speed.fused_over_keras = ratio(rounds, &Round::keras, &Round::pool);
  speed.primitive_share =
      ratio(rounds, &Round::primitive_step, &Round::fused) * static_cast<double>(speed.steps);
  return speed;
}

TrainingRequest subject_request(const std::string& id, const TrainerBenchOptions& options,
                                const TrainerBenchEnvironment& environment) {
  const BenchmarkSubject about = find_benchmark_subject(environment.benchmark, id);
  const Subject subject = read_study_subject(about.program, environment.directory + "/" + id,
                                             about.metric, environment.capture);
  TrainingRequest request = subject.request({}, {subject.plan.train, {}}, 1);
  request.evaluate.clear();
  request.fit.validation_split = 0;
  request.validation.reset();
  if (!request.train.rows) {
    request.train.rows = subject.plan.train;
  }
  return cut_request(std::move(request), options);
}

std::string cell(double value, const char* unit) {
  return std::isnan(value) ? "-" : fmt::format("{:.3g}{}", value, unit);
}

}  // namespace

std::vector<TrainingRequest> vary_request(const TrainingRequest& request, int count) {
  static constexpr const char* kOptimizers[] = {"sgd", "adam", "rmsprop", "adagrad"};
  static constexpr const char* kActivations[] = {"relu", "tanh", "sigmoid", "elu", "softplus"};
  std::vector<TrainingRequest> requests = seeded(request, count);
  for (int i = 1; i < count; ++i) {
    requests[i].compile.optimizer = {kOptimizers[i % 4], std::pow(10.0, -4 + (i % 9) * 0.4), {}};
    requests[i].compile.optimizer.options = json::object();
    auto& layers = requests[i].model.layers;
    for (std::size_t k = 0; k + 1 < layers.size(); ++k) {
      json& attributes = layers[k].attributes;
      if (attributes.contains("units") && attributes.contains("activation") &&
          k + 2 < layers.size())
        attributes["activation"] = kActivations[i % 5];
    }
  }
  return requests;
}

TrainerSpeed measure_trainer(const TrainerBenchOptions& options,
                             const TrainerBenchEnvironment& environment) {
  Contestant own(environment.program);
  std::optional<Contestant> keras;
  if (options.keras) keras.emplace(environment.keras);
  TrainerSpeed speed;
  speed.rounds = options.rounds;
  const json machine = own.ask({{"do", "machine"}});
  speed.sgemm_gflops = machine.at("sgemm_gflops");
  speed.copy_gbs = machine.at("copy_gbs");
  for (const std::string& id : options.subjects) {
    environment.reporter.phase(id, "reading the program");
    const TrainingRequest request = subject_request(id, options, environment);
    environment.reporter.phase(
        id, fmt::format("{} steps, {} rounds", steps_of(request), options.rounds));
    SubjectBench bench(options, environment, own, keras, request);
    std::vector<Round> rounds;
    for (int round = 0; round < options.rounds && !environment.cancel; ++round) {
      rounds.push_back(bench.measure());
      environment.reporter.progress((round + 1.0) / options.rounds, round + 1);
    }
    if (environment.cancel) break;
    speed.subjects.push_back(sum_up(id, request, bench.gflop(), rounds));
  }
  return speed;
}

std::string to_text(const TrainerSpeed& speed) {
  std::string text = fmt::format(
      "one core: {:.0f} GFLOP/s in a matrix product, {:.1f} GB/s copied; medians of {} rounds\n"
      "milliseconds of one training (as one of its batch), and how many times faster:\n"
      "{:8}{:>7}{:>9}{:>9}{:>9}{:>9}{:>9} | {:>9}{:>9}{:>9}{:>9}{:>9}\n",
      speed.sgemm_gflops, speed.copy_gbs, speed.rounds, "subject", "steps", "eager", "single",
      "ten", "cores", "keras", "ten", "single", "differ", "keras", "limit");
  for (const SubjectSpeed& one : speed.subjects) {
    text += fmt::format(
        "{:8}{:>7}{:>9}{:>9}{:>9}{:>9}{:>9} | {:>9}{:>9}{:>9}{:>9}{:>9}\n", one.subject, one.steps,
        cell(one.eager * 1e3, ""), cell(one.single * 1e3, ""), cell(one.fused * 1e3, ""),
        cell(one.pool * 1e3, ""), cell(one.keras * 1e3, ""), cell(one.fused_over_eager, "x"),
        cell(one.single_over_eager, "x"), cell(one.candidates_over_eager, "x"),
        cell(one.fused_over_keras, "x"), cell(one.primitive_share * 100, "%"));
  }
  return text +
         "ten: ten trainings in one batch over the plain loop; single: one alone over it; differ: "
         "a batch of\ndifferent configurations over it; keras: ten on all cores over Keras's "
         "second "
         "fit; limit: share of the\nfloating-point rate that convolutions and products alone "
         "reach\n";
}

json to_document(const TrainerSpeed& speed) {
  json subjects = json::object();
  for (const SubjectSpeed& one : speed.subjects) {
    subjects[one.subject] = {{"batch_size", one.batch},
                             {"steps", one.steps},
                             {"epochs", one.epochs},
                             {"seconds",
                              {{"eager", one.eager},
                               {"single", one.single},
                               {"fused", one.fused},
                               {"candidates", one.candidates},
                               {"eager_candidates", one.eager_candidates},
                               {"pool", one.pool},
                               {"keras", one.keras},
                               {"primitive_step", one.primitive_step}}},
                             {"primitive_gflop", one.primitive_gflop},
                             {"fused_over_eager", one.fused_over_eager},
                             {"single_over_eager", one.single_over_eager},
                             {"candidates_over_eager", one.candidates_over_eager},
                             {"fused_over_keras", one.fused_over_keras},
                             {"primitive_share", one.primitive_share}};
  }
  return {{"rounds", speed.rounds},
          {"sgemm_gflops", speed.sgemm_gflops},
          {"copy_gbs", speed.copy_gbs},
          {"subjects", subjects}};
}

}  // namespace dlfix::agent
