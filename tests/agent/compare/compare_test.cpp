#include "agent/compare/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "agent/commands/prompt_options_parser.h"
#include "agent/store/caching_trainer.h"
#include "tests/agent/workflows/fake_trainer.h"
#include "tests/agent/workflows/sample_program.h"
#include "tests/providers/chat_server.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

double by_learning_rate(const trainer::TrainingRequest& request) {
  const double distance = std::abs(std::log10(request.compile.optimizer.learning_rate / 0.05));
  return distance < 1.5 ? 0.93 : 0.5;
}

/// A reply as the study publishes them.
std::string reply_line(int index, const std::string& text) {
  return nlohmann::json{{"model", "gpt-4"},
                        {"temperature", 0.0},
                        {"subject", "model"},
                        {"index", index},
                        {"text", text}}
             .dump() +
         "\n";
}

class CompareTest : public testing::Test {
 protected:
  CompareTest() {
    std::ofstream(folder_.file("gpt-4.jsonl"))
        << reply_line(0, R"({"lr": 0.05})") << reply_line(1, "I cannot help with that.")
        << reply_line(2, R"({"lr": 0.05})") << reply_line(3, R"({"lr": 40.0})");
    ComparedProgram one;
    one.name = "rate";
    one.program = write_program(folder_, sample_text(600, "50.0"));
    one.fix = write_program(folder_, sample_text(600, "0.05"), "model_fixed.py");
    ComparedProgram other = one;
    other.name = "split";
    other.split = {0.2, 42};
    request_.programs = {one, other};
    request_.columns = {{"gpt-4 at 0, paper", "llm"}, {"random", "random"}, {"guided", "guided"}};
    request_.repetitions = 4;
    request_.budget.amount = 6;
    request_.cuts = {2};
  }

  std::unique_ptr<PatchSource> replies(Store& store) {
    PatchSource::Setup setup;
    setup.llm.replay = folder_.file("gpt-4.jsonl");
    setup.llm.replay_task = "repair";
    setup.llm.known_subjects = {"model"};
    setup.llm.replies = 4;
    PromptWords words;
    words.mode = "paper";
    setup.prompting = read_prompt_options(words, {}, true);
    setup.prompts_directory = DLFIX_SOURCE_DIR "/prompts";
    setup.probe = standin_probe();
    auto endpoints = open_endpoints(setup.llm, [](const std::string&) { return std::nullopt; });
    return std::make_unique<PatchSource>(std::move(setup), std::move(endpoints), store, cancel_);
  }

  /// A model that is asked twice, the second time with what its two answers measured.
  std::unique_ptr<PatchSource> answers(const tests::ChatServer& server, Store& store) {
    PatchSource::Setup setup;
    setup.llm.llms = {"compatible:test-model"};
    setup.llm.base_url = server.base_url();
    setup.llm.replies = 2;
    setup.llm.concurrency = 1;
    setup.prompting.refine = 1;
    setup.prompts_directory = DLFIX_SOURCE_DIR "/prompts";
    setup.probe = standin_probe();
    auto endpoints = open_endpoints(setup.llm, [](const std::string&) { return std::nullopt; });
    return std::make_unique<PatchSource>(std::move(setup), std::move(endpoints), store, cancel_);
  }

  Comparison run(trainer::Trainer& inner, const std::string& name) {
    Store store(folder_.file(name + ".sqlite"));
    CachingTrainer trainer(inner, store, "torch");
    return compare(request_, environment(trainer, store, name));
  }

  CompareEnvironment environment(trainer::Trainer& trainer, Store& store, const std::string& name) {
    return {trainer,
            reporter_,
            cancel_,
            [](const std::string& file, const std::string& directory) {
              return mapping::capture_program(file, directory, standin_probe());
            },
            folder_.file("captures " + name),
            [this, &store](const Column&, const ComparedProgram&) { return replies(store); }};
  }

  static nlohmann::ordered_json without_cost(const Comparison& comparison) {
    auto document = to_json(comparison);
    document.erase("cost");
    return document;
  }

  TestFolder folder_;
  SilentReporter reporter_;
  std::atomic<bool> cancel_{false};
  CompareRequest request_;
};

TEST_F(CompareTest, EveryReplyIsARunAndSearchesAreJudgedOnHoldOutRows) {
  FakeTrainer trainer(by_learning_rate);
  const Comparison comparison = run(trainer, "a");
  ASSERT_EQ(comparison.programs.size(), 2U);
  const ProgramComparison& program = comparison.programs[0];
  EXPECT_EQ(program.hold_out_rows, 100U);                // half of 200
  EXPECT_EQ(comparison.programs[1].hold_out_rows, 40U);  // a fifth, as the study splits
  EXPECT_EQ(program.faulty.size(), 4U);
  EXPECT_EQ(program.fix.size(), 4U);
  ASSERT_TRUE(program.exposure);
  EXPECT_TRUE(program.exposure->killed);
  ASSERT_EQ(program.columns.size(), 3U);
  const ColumnResult& model = program.columns[0];
  std::vector<std::string> outcomes;
  for (const RunOutcome& one : model.runs) outcomes.push_back(one.outcome);
  EXPECT_THAT(outcomes, ElementsAre("ok", "refusal", "ok", "ok"));
  EXPECT_GT(model.runs[0].value, 0.8);
  EXPECT_TRUE(std::isnan(model.runs[1].value));
  EXPECT_LT(model.runs[3].value, 0.7);
  ASSERT_TRUE(model.runs[0].flips && program.columns[2].runs[0].flips);
  EXPECT_GT(model.runs[0].flips->repair_rate, 0.6);
  EXPECT_FALSE(model.runs[1].flips);
  ASSERT_EQ(model.configs.size(), 2U);
  EXPECT_EQ(model.configs[0].runs, 2);
  EXPECT_EQ(model.configs[0].values.size(), 4U);
  EXPECT_EQ(model.configs[0].values[0], model.runs[0].value);  // one training, not two
  // A reply without a config counts as the faulty mean.
  const double faulty =
      (program.faulty[0] + program.faulty[1] + program.faulty[2] + program.faulty[3]) / 4;
  EXPECT_GE(model.judged.scores.mean, faulty);
  EXPECT_EQ(model.judged.scores.runs, 4);
  for (const std::size_t search : {1U, 2U}) {
    EXPECT_EQ(program.columns[search].runs.size(), 4U);
    EXPECT_LE(program.columns[search].judged.scores.rate.value_or(9), 1.2);
  }
  EXPECT_NEAR(program.columns[2].judged.scores.rate.value_or(0), 1, 0.15);  // guided finds the rate
  EXPECT_EQ(program.columns[2].judged.jaccard, 1.0);
  for (const RunOutcome& one : program.columns[1].runs) {
    ASSERT_GE(one.curve.size(), 2U);
    EXPECT_EQ(one.curve.front().cost, 0);
    EXPECT_LT(one.curve.back().cost, 7);
    ASSERT_EQ(one.cuts.size(), 1U);
    EXPECT_EQ(std::isnan(one.cuts[0].value), one.cuts[0].config.empty());
  }
  EXPECT_TRUE(program.columns[0].runs[0].curve.empty());
  ASSERT_TRUE(program.faulty_learning && program.fix_learning && model.runs[0].learning);
  EXPECT_FALSE(model.runs[1].learning);
  EXPECT_EQ(program.faulty_learning->epochs.size(), program.faulty_learning->loss.size());
  const std::string text = to_text(comparison);
  EXPECT_THAT(text, HasSubstr("gpt-4 at 0, paper"));
  EXPECT_THAT(to_csv(comparison), HasSubstr("\"rate\",\"gpt-4 at 0, paper\",1,refusal,,\"{}\""));
  EXPECT_THAT(to_latex(comparison), HasSubstr("\\bottomrule"));
}

TEST_F(CompareTest, WhatAProgramHasKnownIsTrainedAtOnce) {
  request_.programs.resize(1);
  request_.columns.resize(1);
  request_.columns.push_back({"gpt-4 again", "llm"});
  FakeTrainer trainer(by_learning_rate);
  run(trainer, "a");
  // The program, rate 0.05 (which is also the fix) and rate 40, each with four seeds, once.
  EXPECT_EQ(trainer.largest_batch(), 12U);
}

TEST_F(CompareTest, SearchesSideBySideFindWhatTheyFindAlone) {
  request_.programs.resize(1);
  request_.columns = {{"random", "random"}, {"guided", "guided"}, {"bohb", "bohb"}};
  FakeTrainer together(by_learning_rate), alone(by_learning_rate);
  const Comparison four = run(together, "four");
  request_.repetitions = 1;
  const Comparison one = run(alone, "one");
  EXPECT_GT(together.largest_batch(), alone.largest_batch());
  ASSERT_EQ(four.programs[0].columns.size(), 3U);
  for (std::size_t column = 0; column < 3; ++column) {
    const RunOutcome& first = four.programs[0].columns[column].runs.front();
    const RunOutcome& only = one.programs[0].columns[column].runs.front();
    EXPECT_EQ(first.config, only.config);
    EXPECT_EQ(first.curve, only.curve);
    EXPECT_EQ(first.settings, only.settings);
  }
}

std::string with_seed(std::string text) {
  const std::string own = "rng = np.random.default_rng(3)";
  return text.replace(text.find(own), own.size(), "np.random.seed(3); rng = np.random");
}

TEST_F(CompareTest, EachRepetitionMayHaveADrawingOfItsOwn) {
  request_.programs.resize(1);
  request_.columns.resize(2);
  ComparedProgram& program = request_.programs[0];
  write_program(folder_, with_seed(sample_text(600, "50.0")));
  write_program(folder_, with_seed(sample_text(600, "0.05")), "model_fixed.py");
  std::set<std::string> data;
  FakeTrainer trainer([&](const trainer::TrainingRequest& request) {
    data.insert(request.train.inputs[0][0].sha256);
    return by_learning_rate(request);
  });
  EXPECT_EQ(run(trainer, "once").programs[0].drawings, 1);
  EXPECT_EQ(data.size(), 1U);
  data.clear();
  program.redrawn = true;
  const Comparison comparison = run(trainer, "anew");
  EXPECT_EQ(data.size(), 4U);
  const ProgramComparison& drawn = comparison.programs[0];
  EXPECT_EQ(drawn.drawings, 4);
  EXPECT_EQ(drawn.program, program.program);
  EXPECT_EQ(drawn.faulty.size(), 4U);
  EXPECT_EQ(drawn.fix.size(), 4U);
  EXPECT_NEAR(drawn.columns[0].judged.scores.rate.value_or(0), 0.5, 0.1);  // two of four replies
  EXPECT_EQ(drawn.columns[1].runs.size(), 4U);
  EXPECT_THAT(to_text(comparison), HasSubstr("own, drawn anew"));
  program.program = write_program(folder_, sample_text(600, "50.0"), "other.py");
  EXPECT_THROW(run(trainer, "no seed"), support::InputError);
}

TEST_F(CompareTest, KilledAgainAndAgainItEndsAsUndisturbed) {
  FakeTrainer undisturbed(by_learning_rate);
  const auto expected = without_cost(run(undisturbed, "a"));
  FakeTrainer inner(by_learning_rate);
  for (const int trainings : {1, 3, 9, 14, 20}) {
    inner.dies_after(trainings);
    EXPECT_THROW(run(inner, "b"), Killed);
  }
  inner.dies_after(1000000);
  EXPECT_EQ(without_cost(run(inner, "b")), expected);
  EXPECT_EQ(inner.most_often_asked(), 1);
}

TEST_F(CompareTest, ShardsMergedInAnyOrderAreTheWhole) {
  FakeTrainer undisturbed(by_learning_rate);
  const auto expected = without_cost(run(undisturbed, "whole"));
  std::size_t columns = 0;
  for (int shard = 1; shard <= 3; ++shard) {
    request_.shard = {shard, 3};
    FakeTrainer inner(by_learning_rate);
    const Comparison part = run(inner, "shard" + std::to_string(shard));
    for (const auto& program : part.programs) columns += program.columns.size();
    EXPECT_THAT(to_text(part), HasSubstr(std::to_string(shard) + "/3"));
  }
  EXPECT_EQ(columns, 6U);
  request_.shard = {};
  for (const std::string order : {"123", "312"}) {
    {
      Store store(folder_.file("merged" + order + ".sqlite"));
      for (const char shard : order)
        EXPECT_TRUE(
            store.merge(folder_.file(std::string("shard") + shard + ".sqlite")).conflicts.empty());
    }
    FakeTrainer inner(by_learning_rate);
    EXPECT_EQ(without_cost(run(inner, "merged" + order)), expected);
    EXPECT_EQ(inner.trained(), 0);
  }
}

TEST_F(CompareTest, AColumnThatAsksAgainIsJudgedByItsLastReplies) {
  tests::ChatServer server([](int number, const auto&, auto& response) {
    response.set_content(tests::completion(number < 2 ? R"({"lr": 40.0})" : R"({"lr": 0.05})"),
                         "application/json");
  });
  request_.programs.resize(1);
  request_.columns = {{"again", "llm", 1}};
  FakeTrainer inner(by_learning_rate);
  Store store(folder_.file("again.sqlite"));
  CachingTrainer trainer(inner, store, "torch");
  CompareEnvironment asking = environment(trainer, store, "again");
  asking.model = [&](const Column&, const ComparedProgram&) { return answers(server, store); };
  const Comparison comparison = compare(request_, asking);
  ASSERT_EQ(server.served(), 4);
  EXPECT_THAT(server.bodies()[3], HasSubstr("gave accuracy 0.5"));
  const auto& runs = comparison.programs[0].columns[0].runs;
  ASSERT_EQ(runs.size(), 2U);
  for (const RunOutcome& run : runs) {
    EXPECT_EQ(run.config, (mapping::Config{{"lr", 0.05}}));
    EXPECT_GT(run.value, 0.8);
  }
  EXPECT_EQ(plan_comparison(request_, asking).lines[1].trainings, 4 * (2 + 3));
}

TEST_F(CompareTest, AProgramThatCannotBeReadIsLeftOutUnlessItIsTheOnlyOne) {
  request_.programs[1].program = write_program(folder_, "this is no program (", "broken.py");
  request_.columns = {{"gpt-4 at 0, paper", "llm"}};
  FakeTrainer trainer(by_learning_rate);
  const Comparison comparison = run(trainer, "a");
  EXPECT_EQ(comparison.programs.size(), 1U);
  ASSERT_EQ(comparison.notes.size(), 1U);
  EXPECT_THAT(comparison.notes[0], HasSubstr("split is left out"));
  request_.programs.erase(request_.programs.begin());
  EXPECT_THROW(run(trainer, "b"), support::InputError);
}

TEST_F(CompareTest, AColumnWithoutRepliesToAProgramIsNotedAndTheOthersGoOn) {
  std::ofstream(folder_.file("gpt-4.jsonl")) << "";
  request_.programs.resize(1);
  FakeTrainer trainer(by_learning_rate);
  const Comparison comparison = run(trainer, "a");
  EXPECT_EQ(comparison.programs[0].columns.size(), 2U);
  ASSERT_EQ(comparison.notes.size(), 1U);
  EXPECT_THAT(comparison.notes[0], HasSubstr("gpt-4 at 0, paper: left out"));
}

TEST_F(CompareTest, ThePlanTrainsSomeStepsAndSaysHowLongAllTakes) {
  std::int64_t most = 0;  // steps
  FakeTrainer trainer([&](const trainer::TrainingRequest& asked) {
    const std::int64_t rows = asked.train.rows ? static_cast<std::int64_t>(asked.train.rows->size())
                                               : asked.train.labels.front().shape.front();
    most = std::max(most, asked.fit.epochs * ((rows + 15) / 16));
    return 0.5;
  });
  Store store(folder_.file("plan.sqlite"));
  request_.shard = {1, 2};
  const ComparePlan plan = plan_comparison(request_, environment(trainer, store, "plan"));
  EXPECT_LE(most, 250);  // ten epochs of 25 steps are all: trainings here take no time
  ASSERT_EQ(plan.lines.size(), 8U);
  for (const auto& line : plan.lines) {
    ASSERT_TRUE(line.least_seconds && line.most_seconds) << line.program;
    EXPECT_GT(*line.least_seconds, 0);
    EXPECT_GE(*line.most_seconds, *line.least_seconds);
    EXPECT_EQ(line.usd, 0);  // recordings are asked for nothing
  }
  EXPECT_NEAR(*plan.lines[2].least_seconds / *plan.lines[1].least_seconds, (4.0 * 7 + 3) / 8, 1e-9);
  EXPECT_EQ(plan.lines[0].trainings, 8);
  EXPECT_EQ(plan.lines[1].trainings, 8);  // four replies, once with their seed and with all
  EXPECT_EQ(plan.lines[2].trainings, 4 * 7 + 3);
  EXPECT_THAT(to_text(plan), HasSubstr("in all"));
  EXPECT_THAT(to_text(plan), HasSubstr("shard"));
  const auto document = to_json(plan);
  double hours = 0;
  for (const auto& cell : document["cells"]) hours += cell["hours"][0].get<double>();
  EXPECT_NEAR(document["hours"][0].get<double>(), hours, 1e-12);
  EXPECT_EQ(document["shards"].size(), 2U);
  EXPECT_EQ(to_json(plan)["cells"].size(), 8U);
}

}  // namespace
}  // namespace dlfix::agent
