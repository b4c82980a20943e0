// The engine against numbers measured in Keras: forward passes, gradients, five steps of training.
//
// The bound is |a - b| <= 1e-5 of the tensor's largest |b| + 1e-7 in float32; kDifferent names the
// few cases that cannot hold it, with the reason.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>

#include "oracle_case.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

constexpr double kShare = 1e-5;
constexpr double kFloor = 1e-7;

// Cases that are known not to agree: name and profile ("" for all), and why.
struct Difference {
  const char* name;
  const char* profile;
  const char* reason;
};
const std::vector<Difference> kDifferent{
    {"masked BatchNormalization", "", "refused: Keras leaves masked steps out of the statistics"},
    {"masked loss", "", "refused: Keras leaves masked steps out of loss and metrics"},
};

const Difference* known_difference(const std::string& name, const std::string& profile) {
  for (const Difference& known : kDifferent) {
    const std::string only = known.profile;
    if (name == known.name && (only.empty() || only == profile)) return &known;
  }
  return nullptr;
}

class Comparison {
 public:
  explicit Comparison(std::string title) : title_(std::move(title)) {}

  void compare(const std::string& what, const std::vector<double>& got,
               const std::vector<double>& wanted) {
    if (got.size() != wanted.size()) {
      return fail(what, "has " + std::to_string(got.size()) + " numbers instead of " +
                            std::to_string(wanted.size()));
    }
    double largest = 0;
    for (double value : wanted) {
      if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
    }
    for (std::size_t i = 0; i < got.size(); ++i) compare(what, i, got[i], wanted[i], largest);
  }

  void fail(const std::string& what, const std::string& how) {
    problem_ += what + " " + how + "; ";
  }
  const std::string& problem() const { return problem_; }
  const std::string& title() const { return title_; }
  /// The largest deviation, as a share of what the bound allows.
  double worst() const { return worst_; }

 private:
  void compare(const std::string& what, std::size_t index, double got, double wanted,
               double largest) {
    if (!std::isfinite(wanted) || !std::isfinite(got)) {
      const bool same = std::isnan(wanted) ? std::isnan(got) : wanted == got;
      if (!same) tell(what, index, got, wanted);
      return;
    }
    const double share = std::abs(got - wanted) / (kShare * largest + kFloor);
    worst_ = std::max(worst_, share);
    if (share > 1) tell(what, index, got, wanted);
  }

  void tell(const std::string& what, std::size_t index, double got, double wanted) {
    if (told_++ < 2) {
      fail(what + "[" + std::to_string(index) + "]",
           "is " + std::to_string(got) + " instead of " + std::to_string(wanted));
    }
  }

  std::string title_;
  std::string problem_;
  double worst_ = 0;
  int told_ = 0;
};

void compare_lists(Comparison& comparison, const std::string& what,
                   const std::vector<std::vector<double>>& got, const json& wanted) {
  if (got.size() != wanted.size()) {
    return comparison.fail(
        what, "are " + std::to_string(got.size()) + " instead of " + std::to_string(wanted.size()));
  }
  for (std::size_t k = 0; k < got.size(); ++k) {
    comparison.compare(what + " " + std::to_string(k), got[k], numbers_of(wanted[k]));
  }
}

Comparison compare_case(const json& entry, const json& expected, const std::string& profile) {
  Comparison comparison(entry.at("name").get<std::string>() + " (" + profile + ")");
  const CaseOutcome got = run_case(entry, expected, profile);
  if (!got.refusal.empty()) {
    comparison.fail("the engine", "refuses: " + got.refusal);
  } else if (expected.contains("raises")) {
    if (got.crash.empty()) comparison.fail("Keras", "raises, the engine does not");
  } else if (!got.crash.empty()) {
    comparison.fail("the engine", "raises: " + got.crash);
  } else {
    comparison.compare("loss", got.losses, numbers_of(expected.at("losses")));
    if (expected.contains("output")) {
      comparison.compare("output", got.output, numbers_of(expected["output"]));
    }
    if (expected.contains("gradients")) {
      compare_lists(comparison, "gradients", got.gradients, expected["gradients"]);
    }
    if (expected.contains("after"))
      compare_lists(comparison, "weights", got.after, expected["after"]);
    const json metrics = expected.value("metrics", json::object());
    for (const auto& [name, values] : metrics.items()) {
      comparison.compare(name, got.metrics.at(name), numbers_of(values));
    }
  }
  return comparison;
}

bool has_fixture(const std::string& name) {
  return std::filesystem::exists(std::string(DLFIX_SOURCE_DIR) +
                                 "/tests/trainer/oracles/fixtures/" + name + ".json");
}

class Oracle : public ::testing::TestWithParam<const char*> {};

TEST_P(Oracle, AgreesWithKeras) {
  if (!has_fixture(GetParam())) GTEST_SKIP() << "not measured yet: make_fixtures.py " << GetParam();
  int compared = 0;
  double worst = 0;
  std::string where;
  for (const json& entry : read_fixture(GetParam())) {
    for (const json& expected : entry.at("expected")) {
      for (const std::string profile : expected.at("profiles")) {
        const Comparison comparison = compare_case(entry, expected, profile);
        const auto* known = known_difference(entry.at("name").get<std::string>(), profile);
        if (known != nullptr) {
          EXPECT_NE(comparison.problem(), "")
              << comparison.title() << " agrees; it need not be listed";
          continue;
        }
        ++compared;
        EXPECT_EQ(comparison.problem(), "") << comparison.title();
        if (comparison.worst() > worst && comparison.problem().empty()) {
          worst = comparison.worst();
          where = comparison.title();
        }
      }
    }
  }
  EXPECT_GT(compared, 0);
  std::cout << GetParam() << ": " << compared << " cases, worst deviation " << worst
            << " of the bound (" << where << ")\n";
}

INSTANTIATE_TEST_SUITE_P(Fixtures, Oracle,
                         ::testing::Values("activations", "spatial", "layers", "sequences",
                                           "losses", "special_losses", "targets", "optimizers",
                                           "embeddings", "options", "metrics"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace dlfix::trainer::testing
