#include "agent/compare/localising.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/compare/comparison_page.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

FindingReply reply_naming(const std::vector<std::string>& types) {
  FindingReply reply;
  reply.endpoint = "fake:model";
  reply.outcome = providers::ReplyOutcome::kOk;
  for (const auto& type : types) {
    mapping::MappedAnswer answer;
    mapping::Finding finding;
    finding.fault_type = type;
    finding.specific = true;
    answer.findings = {finding};
    reply.mapped.answers.push_back(answer);
  }
  return reply;
}

/// Two programs, two models; the second one has nothing for the second program.
class LocalisingTest : public testing::Test {
 protected:
  LocalisingTest() {
    request_.programs.resize(2);
    request_.programs[0].name = "D1";
    request_.programs[0].data_kind = "exact";
    request_.programs[1].name = "own";
    request_.columns = {{"good", "llm"}, {"random", "random"}, {"poor", "llm"}};
  }

  LocalisingEnvironment environment() {
    return {reporter_,
            cancel_,
            [](const ComparedProgram&) { return mapping::Program(); },
            [](const ComparedProgram& entry, const mapping::Program&) {
              if (entry.name == "unknown") throw support::InputError("no ground truth", "");
              KnownFaults known{"fixed.py", {{"HLR", {}}, {"LCH", {}}}, {}};
              if (entry.name == "D1") known.alternatives = {{"node 7", {{"HBS", {}}}}};
              return known;
            },
            [this](const Column& column, const ComparedProgram& entry, const mapping::Program&) {
              asked_.push_back(entry.name + " " + column.name);
              if (column.name == "poor" && entry.name == "own")
                throw support::InputError("recordings without own", "");
              FindingReplies replies;
              replies.replies = {
                  reply_naming({"HLR", "LCH"}),
                  reply_naming(column.name == "good" ? std::vector<std::string>{"HLR", "LCH"}
                                                     : std::vector<std::string>{"HBS"})};
              return replies;
            },
            [](const Column& column, const ComparedProgram& entry, const mapping::Program&) {
              if (column.name == "poor" && entry.name == "own")
                throw support::InputError("recordings without own", "");
              return Forecast{{"ten requests"}, {{10, 3000, 2000, 0.25}}};
            },
            [this](const std::string& localiser, const ComparedProgram& entry) {
              asked_.push_back(entry.name + " " + localiser);
              if (localiser == "deepfd") throw support::InputError("no labels to learn from", "");
              return ToolAnswer{{{"HLR", {}}}, 2, entry.name == "D1" ? 1.5 : 2.5, "read as text"};
            },
            [](const std::string& localiser) { return localiser == "deepfd" ? 3 : 0; }};
  }

  CompareRequest request_;
  SilentReporter reporter_;
  std::atomic<bool> cancel_{false};
  std::vector<std::string> asked_, notes_;
};

TEST_F(LocalisingTest, ModelsAreScoredBeforeAndAfterAlternatives) {
  const Localisation result = localise_programs(request_, environment(), notes_);
  EXPECT_THAT(result.columns, ElementsAre("good", "poor"));
  ASSERT_EQ(result.programs.size(), 2U);
  EXPECT_EQ(result.programs[0].faults, "HLR, LCH");
  EXPECT_EQ(result.programs[0].alternatives, 1U);
  const LocalisedColumn* poor = localised_column(result.programs[0], "poor");
  ASSERT_NE(poor, nullptr);
  EXPECT_EQ(poor->scores.before.f3, 0.5);  // one reply finds all, the other nothing
  EXPECT_EQ(poor->scores.after.f3, 1.0);   // which is the alternative's fault
  EXPECT_EQ(localised_column(result.programs[1], "poor"), nullptr);
  ASSERT_EQ(notes_.size(), 1U);
  EXPECT_THAT(notes_[0], HasSubstr("own, poor: localisation is left out"));
  const LocalisationSummary good = summarise_localisation(result, "good");
  EXPECT_EQ(good.programs, 2);
  EXPECT_EQ(good.before.f3, 1.0);
  EXPECT_EQ(good.stability.f3_sd, 0);
  EXPECT_EQ(summarise_localisation(result, "poor").programs, 1);
}

TEST_F(LocalisingTest, ToolsStandBesideModels) {
  request_.columns.pop_back();
  request_.localisers = {"umlaut-study", "deepfd"};
  Comparison comparison = empty_comparison(request_);
  comparison.localisation = localise_programs(request_, environment(), notes_);
  const Localisation& result = *comparison.localisation;
  EXPECT_THAT(result.columns, ElementsAre("good", "umlaut-study", "deepfd"));
  const LocalisedColumn* tool = localised_column(result.programs[0], "umlaut-study");
  ASSERT_NE(tool, nullptr);
  EXPECT_EQ(tool->scores.before.recall, 0.5);
  EXPECT_EQ(tool->scores.before.precision, 1.0);
  EXPECT_EQ(tool->scores.replies.at(0).answers, 2);
  EXPECT_THAT(tool->notes, ElementsAre("read as text"));
  EXPECT_EQ(localised_column(result.programs[0], "deepfd"), nullptr);
  EXPECT_THAT(notes_.at(0), HasSubstr("D1, deepfd: localisation is left out: no labels"));
  EXPECT_EQ(summarise_localisation(result, "umlaut-study").seconds, 2);
  EXPECT_TRUE(std::isnan(summarise_localisation(result, "good").seconds));
  const auto document = to_json(comparison);
  EXPECT_EQ(document["cost"]["localisation_seconds"]["umlaut-study"]["D1"], 1.5);
  EXPECT_EQ(document["localisation"].dump().find("1.5"), std::string::npos)
      << "what differs from run to run stands in the cost";
  EXPECT_THAT(to_html(comparison), HasSubstr("(Figure 2)"));
}

TEST_F(LocalisingTest, ThePlanKnowsWhatToolsTrain) {
  request_.columns.clear();
  request_.localisers = {"neuralint", "deepfd"};
  ComparePlan plan;
  plan_localisation(request_, environment(), plan);
  ASSERT_EQ(plan.lines.size(), 4U);
  EXPECT_EQ(plan.lines[0].trainings, 0);
  EXPECT_EQ(plan.lines[0].most_seconds, 0);
  EXPECT_EQ(plan.lines[1].trainings, 3);
  EXPECT_FALSE(plan.lines[1].most_seconds) << "not known before it is read";
  EXPECT_EQ(plan.lines[1].column, "localise: deepfd");
  EXPECT_TRUE(asked_.empty());
}

TEST_F(LocalisingTest, ThePlanSaysWhatWouldBeAskedAndAsksNothing) {
  request_.shard = {1, 2};
  ComparePlan plan;
  plan_localisation(request_, environment(), plan);
  EXPECT_TRUE(asked_.empty());
  ASSERT_EQ(plan.lines.size(), 3U);
  EXPECT_EQ(plan.lines[0].column, "localise: good");
  EXPECT_EQ(plan.lines[0].requests, 10);
  EXPECT_EQ(plan.lines[0].tokens, 5000);
  EXPECT_EQ(plan.lines[0].usd, 0.25);
  EXPECT_EQ(plan.lines[1].shard, 2);
  EXPECT_THAT(plan.announcements[0], HasSubstr("D1: ten requests"));
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_THAT(plan.notes[0], HasSubstr("own, poor: localisation is left out"));
  EXPECT_THAT(to_text(plan), HasSubstr("30 requests, about 15000 tokens, 0.75 USD"));
}

TEST_F(LocalisingTest, EveryReportHasIt) {
  Comparison comparison = empty_comparison(request_);
  comparison.localisation = localise_programs(request_, environment(), notes_);
  EXPECT_THAT(to_text(comparison), HasSubstr("0.50 0.50 0.50 (1.00)"));
  EXPECT_THAT(to_text(comparison), ::testing::Not(HasSubstr("Repair on hold-out rows")));
  const auto document = to_json(comparison)["localisation"];
  EXPECT_EQ(document["columns"]["poor"]["after"]["f3"], 1.0);
  EXPECT_EQ(document["faults"]["D1"]["columns"]["poor"]["replies"][1]["best_truth"], "node 7");
  const std::string csv = to_csv(*comparison.localisation);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
  const std::string page = to_html(comparison);
  EXPECT_THAT(page, HasSubstr("F3 of localisation"));
  EXPECT_THAT(page, HasSubstr("<h1>Localisation compared</h1>"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("Mean, deviation and improvement rate")));
  EXPECT_THAT(page, HasSubstr("data-program=\"D1\" data-words=\"exact\""));
}

TEST_F(LocalisingTest, ShardsDivideTheCells) {
  for (int shard = 1; shard <= 3; ++shard) {
    request_.shard = {shard, 3};
    localise_programs(request_, environment(), notes_);
  }
  EXPECT_EQ(asked_.size(), 4U);
  std::ranges::sort(asked_);
  EXPECT_THAT(asked_, ElementsAre("D1 good", "D1 poor", "own good", "own poor"));
}

TEST_F(LocalisingTest, WithoutAGroundTruthAProgramIsLeftOutUnlessItIsTheOnlyOne) {
  request_.programs[1].name = "unknown";
  EXPECT_EQ(localise_programs(request_, environment(), notes_).programs.size(), 1U);
  EXPECT_THAT(notes_.back(), HasSubstr("unknown: localisation is left out"));
  request_.programs.erase(request_.programs.begin());
  request_.columns.pop_back();
  EXPECT_THROW(localise_programs(request_, environment(), notes_), support::InputError);
}

}  // namespace
}  // namespace dlfix::agent
