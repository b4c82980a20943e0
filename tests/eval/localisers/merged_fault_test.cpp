// What findings mean the same fault.
#include "eval/localisers/merged_fault.h"

#include <gtest/gtest.h>

#include "programs.h"

namespace dlfix::eval::testing {
namespace {

RuleFinding says(const std::string& tool, const std::string& type, std::vector<int> layers = {},
                 std::vector<std::string> alternatives = {}) {
  RuleFinding finding;
  finding.tool = tool;
  finding.rule = tool + " rule";
  finding.fault_type = type;
  finding.layers = std::move(layers);
  finding.alternatives = std::move(alternatives);
  return finding;
}

/// "ACH(0)[2] HLR[1]": labels with the number of tools.
std::string merged(const std::vector<RuleFinding>& findings,
                   std::vector<trainer::LayerSpec> layers = {dense(4, "relu"), dense(4, "relu"),
                                                             dense(3)}) {
  const auto program = program_of(std::move(layers), {4}, "mean_squared_error");
  std::string text;
  for (const MergedFault& fault : merge_findings(program, findings)) {
    if (!text.empty()) text += ' ';
    const FaultLabel label{fault.fault_type, {fault.layers.begin(), fault.layers.end()}};
    text += to_string(FaultLabels{label}) + "[" + std::to_string(fault.tools()) + "]";
  }
  return text;
}

TEST(MergedFault, OneFaultALayer) {
  EXPECT_EQ(merged({says("a", "WCI", {0, 2}), says("b", "WCI", {2})}), "WCI(0)[1] WCI(2)[2]");
}

TEST(MergedFault, LayersSayNothingAboutTheWholeProgram) {
  EXPECT_EQ(merged({says("a", "HLR", {0}), says("b", "HLR"), says("c", "LCH", {2})}),
            "HLR[2] LCH[1]");
}

TEST(MergedFault, AFindingWithoutLayersMeansThoseThatHaveThem) {
  EXPECT_EQ(merged({says("a", "LRM"), says("b", "LRM", {1})}), "LRM(1)[2]");
  EXPECT_EQ(merged({says("a", "LRM"), says("b", "LRM")}), "LRM[2]");
  EXPECT_EQ(merged({says("a", "LRM"), says("b", "LAD", {1})}), "LRM[1] LAD(1)[1]");
}

TEST(MergedFault, ActivationsOfOneLayerAreOneFault) {
  EXPECT_EQ(merged({says("a", "ARM", {2}), says("b", "ACH", {2}), says("c", "ACH", {2})}),
            "ACH(2)[3]");
  EXPECT_EQ(merged({says("a", "ARM", {2}), says("b", "ACH", {1})}), "ARM(2)[1] ACH(1)[1]");
}

TEST(MergedFault, AnActivationInALayerOfItsOwnIsMeantByBoth) {
  const std::vector<trainer::LayerSpec> layers{
      dense(4), layer("Dropout", {{"rate", 0.5}}), layer("Activation", {{"activation", "relu"}}),
      dense(1), layer("Activation", {{"activation", "softmax"}})};
  EXPECT_EQ(merged({says("a", "ACH", {3}), says("b", "ACH", {4})}, layers), "ACH(4)[2]");
  EXPECT_EQ(merged({says("a", "ACH", {0})}, layers), "ACH(2)[1]");
  EXPECT_EQ(merged({says("a", "WCI", {0})}, layers), "WCI(0)[1]");
}

TEST(MergedFault, AlternativesMeanWhatAnotherToolNames) {
  const auto either = says("a", "LCH", {}, {"ACH(2)"});
  EXPECT_EQ(merged({either, says("b", "ACH", {2})}), "ACH(2)[2]");
  EXPECT_EQ(merged({either, says("b", "LCH")}), "LCH[2]");
  EXPECT_EQ(merged({either, says("b", "ACH", {1})}), "LCH[1] ACH(1)[1]");
}

TEST(MergedFault, AdviceAndDroppedFindingsAreNoFaults) {
  auto dropped = says("a", "ACH", {2});
  dropped.dropped = "already softmax";
  EXPECT_EQ(merged({dropped, says("b", "")}), "");
}

}  // namespace
}  // namespace dlfix::eval::testing
