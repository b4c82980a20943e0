// Ours beside stored runs of the published tools (make_published_runs.py): forty evaluations, three
// problems, ten seeds (of HEBO, which takes minutes a run, at least four). Ours must not be worse,
// by a one-sided rank test at 0.01.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "../test_functions.h"
#include "eval/repairers/bohb/optimizer.h"
#include "eval/repairers/hebo/optimizer.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/mann_whitney.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kEvaluations = 40;
constexpr std::uint64_t kSeeds = 10;
constexpr double kSignificant = 0.01;
constexpr std::size_t kRateBins = 10;

nlohmann::json stored(const std::string& name) {
  std::ifstream file(DLFIX_SOURCE_DIR "/tests/eval/repairers/published/" + name);
  return nlohmann::json::parse(file);
}

struct Problem {
  std::vector<hebo::Parameter> space;
  std::function<double(const TestPoint&)> value;
};

hebo::Parameter number(double low, double high) { return {.low = low, .high = high}; }
hebo::Parameter category(std::size_t count) {
  return {.type = hebo::ParameterType::kCategory, .categories = count};
}

double branin_with_category(const TestPoint& point) {
  static const double kOffsets[] = {8, 0, 3};
  const auto choice = static_cast<std::size_t>(point[2]);
  return branin(choice == 0 ? 5 - point[0] : point[0], point[1]) + kOffsets[choice];
}

/// Accuracy by tables fitted to trainings of the study's subject R, negated.
double table_value(const nlohmann::json& tables, const TestPoint& point) {
  double value = tables.at("base").get<double>();
  const auto& effects = tables.at("effects");
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto choice = static_cast<std::size_t>(point[i]);
    value += effects[i][i == 0 ? std::min(kRateBins - 1, choice) : choice].get<double>();
  }
  const auto pair = tables.at("pair").get<std::vector<std::size_t>>();
  value += tables
               .at("pair_effects")[static_cast<std::size_t>(point[pair[0]])]
                                  [static_cast<std::size_t>(point[pair[1]])]
               .get<double>();
  return -std::clamp(value, 0.0, 1.0);
}

std::map<std::string, Problem> problems() {
  std::map<std::string, Problem> found;
  found["branin"] = {{number(-5, 10), number(0, 15), category(3)}, &branin_with_category};
  found["hartmann"] = {std::vector<hebo::Parameter>(6, number(0, 1)), &hartmann6};
  const nlohmann::json tables = stored("surrogate.json");
  std::vector<hebo::Parameter> space{number(1e-6, 10)};
  for (std::size_t i = 1; i < tables.at("effects").size(); ++i) {
    space.push_back(category(tables.at("effects")[i].size()));
  }
  found["reuters"] = {space,
                      [tables](const TestPoint& point) { return table_value(tables, point); }};
  return found;
}

double best_of_hebo(const Problem& problem, std::uint64_t seed) {
  hebo::Optimizer optimizer(problem.space, {.seed = seed});
  double best = 1e300;
  for (std::size_t done = 0; done < kEvaluations; done += 8) {
    for (const hebo::Point& point : optimizer.suggest(8)) {
      const double y = problem.value(point);
      optimizer.observe(point, y);
      best = std::min(best, y);
    }
  }
  return best;
}

double best_of_bohb(const Problem& problem, std::uint64_t seed, double random_fraction) {
  std::vector<bohb::Coordinate> coordinates;
  for (const hebo::Parameter& parameter : problem.space) {
    coordinates.push_back({parameter.categories});
  }
  bohb::OptimizerOptions options;
  options.seed = seed;
  options.model.random_fraction = random_fraction;
  bohb::Optimizer optimizer(coordinates, options);
  double best = 1e300;
  for (std::size_t i = 0; i < kEvaluations; ++i) {
    const bohb::Evaluation evaluation = optimizer.ask(1).at(0);
    TestPoint point = evaluation.point;
    for (std::size_t j = 0; j < point.size(); ++j) {
      const hebo::Parameter& parameter = problem.space[j];
      if (parameter.categories == 0) {
        point[j] = parameter.low + point[j] * (parameter.high - parameter.low);
      }
    }
    const double y = problem.value(point);
    optimizer.tell(evaluation, y);
    best = std::min(best, y);
  }
  return best;
}

/// That values of `first` tend to be larger.
double one_sided(const std::vector<double>& first, const std::vector<double>& second) {
  const MannWhitneyResult test = mann_whitney(first, second);
  const double middle = static_cast<double>(first.size() * second.size()) / 2;
  return test.statistic > middle ? test.p_value / 2 : 1 - test.p_value / 2;
}

std::vector<double> over_seeds(std::uint64_t seeds,
                               const std::function<double(std::uint64_t)>& run) {
  std::vector<double> values;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) values.push_back(run(seed));
  return values;
}

std::map<std::string, std::vector<double>> published_of(const std::string& tool) {
  std::map<std::string, std::vector<double>> found;
  const nlohmann::json file = stored("published_runs.json");
  for (const auto& run : file.at("runs")) {
    if (run.at("tool") == tool) {
      found[run.at("problem")].push_back(run.at("best")[kEvaluations - 1].get<double>());
    }
  }
  return found;
}

TEST(PublishedTools, TheProblemsAreTheSame) {
  const auto all = problems();
  const nlohmann::json file = stored("published_runs.json");
  for (const auto& check : file.at("checks")) {
    EXPECT_NEAR(all.at(check.at("problem")).value(check.at("point").get<TestPoint>()),
                check.at("value").get<double>(), 1e-9);
  }
}

TEST(PublishedTools, BohbIsNotWorse) {
  const auto published = published_of("hpbandster");
  for (const auto& [name, problem] : problems()) {
    const auto& theirs = published.at(name);
    ASSERT_EQ(theirs.size(), kSeeds);
    const auto ours = over_seeds(
        kSeeds, [&](std::uint64_t seed) { return best_of_bohb(problem, seed, 1.0 / 3); });
    const double worse = one_sided(ours, theirs);
    std::printf("bohb, %s: median %.4g, published %.4g, p(worse) %.3f\n", name.c_str(),
                median(ours), median(theirs), worse);
    EXPECT_GT(worse, kSignificant) << name;
  }
}

TEST(PublishedTools, HeboIsNotWorseAndBeatsChance) {
  const auto published = published_of("hebo");
  ASSERT_EQ(published.size(), 3U);
  for (const auto& [name, problem] : problems()) {
    const auto& theirs = published.at(name);  // minutes a run: fewer than of ours
    ASSERT_GE(theirs.size(), 4U);
    const auto ours =
        over_seeds(kSeeds, [&](std::uint64_t seed) { return best_of_hebo(problem, seed); });
    const auto chance =
        over_seeds(100, [&](std::uint64_t seed) { return best_of_bohb(problem, seed, 1); });
    const double worse = one_sided(ours, theirs);
    std::printf("hebo, %s: median %.4g, published %.4g, p(worse) %.3f, random %.4g\n", name.c_str(),
                median(ours), median(theirs), worse, median(chance));
    EXPECT_GT(worse, kSignificant) << name;
    // With four batches after its design neither is clear of chance on the others.
    if (name != "branin") continue;
    EXPECT_LT(one_sided(chance, ours), kSignificant);
    EXPECT_LT(one_sided(chance, theirs), kSignificant);
  }
}

}  // namespace
}  // namespace dlfix::eval
