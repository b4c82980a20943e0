// The study's artificial faults, made from the base programs by the operators, against the
// benchmark's own programs.
#include <gtest/gtest.h>

#include "eval/mutation/mutation_operators.h"
#include "tests/eval/localisers/programs.h"

namespace dlfix::eval::testing {
namespace {

using nlohmann::json;

struct ArtificialFault {
  const char* id;  ///< folder of the benchmark
  const char* base;
  const char* operation;
  std::optional<int> layer;
  json value;
};

// Folders have the names of the repair tables.
const std::vector<ArtificialFault>& faults() {
  static const std::vector<ArtificialFault> table = {
      {"M1", "M", "HLR", std::nullopt, 0.001},
      {"M2", "M", "WCI", 0, "zeros"},
      {"M3", "M", "ARM", 7, nullptr},
      {"C1", "C", "ACH", 2, "hard_sigmoid"},
      {"C2", "C", "HNE", std::nullopt, 1},
      {"C3", "C", "WCI", 2, "ones"},
      {"R1", "R", "RAW", 0, "l1"},
      {"R2", "R", "ACH", 2, "softsign"},
      {"R3", "R", "HLR", std::nullopt, 1.0},
      {"R4", "R", "LCH", std::nullopt, "hinge"},
      {"R5", "R", "OCH", std::nullopt, "sgd"},
      {"R6", "R", "WCI", 0, "ones"},
      {"R7", "R", "ARM", 2, nullptr},
      {"U1", "U", "AAL", 9, "softplus"},
      {"U2", "U", "RAW", 7, "l1_l2"},
      {"U3", "U", "ACH", 3, "exponential"},
      {"U4", "U", "HNE", std::nullopt, 1},
      {"U5", "U", "HLR", std::nullopt, 0.001},
      {"U6", "U", "LCH", std::nullopt, "mean_squared_logarithmic_error"},
      {"U7", "U", "OCH", std::nullopt, "adadelta"},
      // The layer of the published parameters (ki2); the mutant's name says 1.
      {"U8", "U", "WCI", 3, "ones"}};
  return table;
}

json training_of(const trainer::ModelSpec& model, const trainer::CompileSpec& compile,
                 const trainer::FitSpec& fit) {
  json document = {{"model", model}, {"compile", compile}, {"fit", fit}};
  for (auto& layer : document["model"]["layers"]) {
    for (const char* place : {"file", "line"}) layer.erase(place);
  }
  // Whether a default is written or not is no difference.
  document["compile"]["optimizer"].erase("options");
  return document;
}

TEST(BenchmarkFaults, AreMadeByTheOperators) {
  for (const ArtificialFault& fault : faults()) {
    SCOPED_TRACE(fault.id);
    const mapping::Program base = benchmark_program(fault.base, "fixed.py");
    const mapping::Program faulty = benchmark_program(fault.id);
    const MutationOutcome outcome = mutate(base, fault.operation, {fault.layer, fault.value});
    ASSERT_TRUE(outcome.mutant.has_value()) << outcome.why_not;
    const auto made = apply_mutant(base, *outcome.mutant).configured;
    json expected = training_of(faulty.model, faulty.compile, faulty.fit);
    json found = training_of(made.model, made.compile, made.fit);
    if (std::string(fault.operation) == "OCH") {
      // The operator gives the default rate; the benchmark's programs keep the one they write.
      json& rate = expected["compile"]["optimizer"]["learning_rate"];
      EXPECT_EQ(rate, base.compile.optimizer.learning_rate);
      rate = found["compile"]["optimizer"]["learning_rate"];
    }
    EXPECT_EQ(found, expected) << json::diff(expected, found).dump(1);
  }
}

}  // namespace
}  // namespace dlfix::eval::testing
