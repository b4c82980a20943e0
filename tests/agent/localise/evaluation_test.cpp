// Localisers judged on programs whose faults are known.
#include "agent/localise/evaluation.h"

#include <gmock/gmock.h>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

/// One Dense layer that ends in softmax over a single unit: ACH at layer 0.
mapping::Program faulty_program() {
  mapping::Program program;
  program.path = DLFIX_SOURCE_DIR "/data/benchmark/D1/faulty.py";
  program.document = nlohmann::json::object();
  program.model.input_shapes = {{4}};
  for (const auto& [units, activation] : {std::pair(8, "relu"), std::pair(1, "softmax")}) {
    trainer::LayerSpec dense;
    dense.class_name = "Dense";
    dense.attributes = {{"units", units}, {"activation", activation}};
    program.model.layers.push_back(dense);
  }
  program.compile.loss = "binary_crossentropy";
  program.compile.metrics = {"accuracy"};
  program.compile.optimizer.name = "adam";
  program.fit.epochs = 20;
  return program;
}

KnownProgram known(const std::string& id, ProgramRole role, const std::string& faults) {
  KnownProgram known;
  known.id = id;
  known.group = id;
  known.role = role;
  known.faults = eval::parse_fault_labels(faults);
  known.config_faults = known.faults;
  return known;
}

JudgedProgram judge(const KnownProgram& program) {
  const JudgeOptions options{{"neuralint", "combined"}, eval::ToolReading::kStudy, false};
  return judge_program(program, options, [](const std::string&, bool) { return faulty_program(); },
                       {});
}

LocalisationEvaluation evaluation_of(std::vector<JudgedProgram> programs) {
  LocalisationEvaluation evaluation;
  evaluation.reading = "study";
  evaluation.localisers = {"combined"};
  evaluation.programs = std::move(programs);
  finish_evaluation(evaluation);
  return evaluation;
}

TEST(Evaluation, ScoresAgainstTheKnownFaults) {
  const auto json = to_json(evaluation_of({judge(known("a", ProgramRole::kFaulty, "ACH(1)")),
                                           judge(known("b", ProgramRole::kFaulty, "HLR"))}));
  const auto& faults = json["techniques"]["combined"]["faults"];
  EXPECT_THAT(faults["a"]["labels"].get<std::string>(), testing::HasSubstr("ACH(1)"));
  EXPECT_EQ(faults["a"]["recall"], 1);
  EXPECT_EQ(faults["b"]["recall"], 0);
  EXPECT_EQ(json["techniques"]["combined"]["mean"]["recall"], 0.5);
  EXPECT_EQ(json["best_constant"]["labels"], "ACH, HLR");
  EXPECT_EQ(json["best_constant"]["recall"], 1);
}

TEST(Evaluation, CountsWhatFixedProgramsAreSaidToHave) {
  const auto json = to_json(evaluation_of({judge(known("a", ProgramRole::kFixed, "")),
                                           judge(known("s", ProgramRole::kSample, "ACH"))}));
  EXPECT_GE(json["fixed_programs"]["combined"]["programs"]["a"], 1);
  EXPECT_EQ(json["fixed_programs"]["combined"]["mean"],
            json["fixed_programs"]["combined"]["programs"]["a"]);
  EXPECT_EQ(json["samples"]["combined"]["true_type_first"], 1);
  EXPECT_EQ(json["samples"]["combined"]["of"], 1);
}

TEST(Evaluation, CountsRulesByGroup) {
  const auto weights = count_rules(evaluation_of({judge(known("a", ProgramRole::kFaulty, "ACH(1)")),
                                                  judge(known("b", ProgramRole::kFixed, "")),
                                                  judge(known("s", ProgramRole::kSample, ""))}))
                           .to_json();
  EXPECT_EQ(weights["groups"]["a"]["checks/K01"], nlohmann::json({1, 1}));
  EXPECT_EQ(weights["groups"]["b"]["checks/K01"], nlohmann::json({0, 1}));
  EXPECT_FALSE(weights["groups"].contains("s")) << "its fault has no type";
}

TEST(Evaluation, AProgramThatCannotRunIsReadAsText) {
  const JudgeOptions options{{"combined"}, eval::ToolReading::kStudy, true};
  const auto judged = judge_program(known("a", ProgramRole::kFaulty, "ACH(1)"), options,
                                    [](const std::string&, bool run) {
                                      if (run) throw support::EnvironmentError("no data", "");
                                      return faulty_program();
                                    },
                                    {});
  EXPECT_FALSE(judged.captured);
  EXPECT_THAT(judged.note, testing::HasSubstr("no data"));
  EXPECT_FALSE(judged.labels.at("combined").empty());
}

TEST(Evaluation, KnowsTheProgramsOfTheBenchmark) {
  int faulty = 0, fixed = 0, samples = 0;
  for (const KnownProgram& program : known_programs(DLFIX_SOURCE_DIR)) {
    faulty += program.role == ProgramRole::kFaulty;
    fixed += program.role == ProgramRole::kFixed;
    samples += program.role == ProgramRole::kSample;
    EXPECT_EQ(program.faults.empty(),
              program.role == ProgramRole::kFixed || program.role == ProgramRole::kFixedSample ||
                  program.id == "digits_labels_scaled" || program.id == "clouds_out_of_step")
        << program.id;
  }
  EXPECT_EQ(faulty, 22);
  EXPECT_EQ(fixed, 13);
  EXPECT_EQ(samples, 18);
}

}  // namespace
}  // namespace dlfix::agent
