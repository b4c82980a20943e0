#include "mapping/catalogue/catalogue.h"

#include <gmock/gmock.h>

#include <set>

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

Hyperparameter of_kind(const std::string& kind, std::optional<int> layer = std::nullopt) {
  Hyperparameter hp;
  hp.name = kind;
  hp.kind = kind;
  hp.layer = layer;
  hp.span.start = {12, 4};
  return hp;
}

Program one_unit() {
  Program program;
  trainer::LayerSpec hidden;
  hidden.class_name = "Dense";
  hidden.attributes = {{"units", 16}};
  trainer::LayerSpec output = hidden;
  output.attributes = {{"units", 1}};
  program.model.layers = {hidden, output};
  return program;
}

TEST(Catalogue, HasTwelveOperatorsAndUniqueCodes) {
  std::set<std::string> codes;
  int operators = 0;
  for (const auto& type : fault_types()) {
    codes.insert(type.code);
    operators += type.repair_operator ? 1 : 0;
    EXPECT_FALSE(type.name.empty() || type.wording.empty() || type.explanation.empty());
  }
  EXPECT_EQ(codes.size(), fault_types().size());
  EXPECT_EQ(operators, 12);
  for (const char* const label :
       {"HBS", "HLR", "HNE", "ACH", "ARM", "AAL", "RAW", "WCI", "LCH", "OCH",
        "LRM", "LAD", "LCN", "LCF", "BCI", "CPP", "NEF", "TLQ", "RCD", "VRM",
        "TRA", "SNS", "TRD", "RCW", "RRW", "TUD", "TAN", "LWT"}) {
    EXPECT_NE(find_fault_type(label), nullptr) << label;
  }
  EXPECT_EQ(find_fault_type("XXX"), nullptr);
}

TEST(Catalogue, EveryTypeSaysHowItIsRecognised) {
  for (const auto& type : fault_types()) {
    EXPECT_FALSE(type.synonyms.empty()) << type.code;
    EXPECT_FALSE(type.cues.empty()) << type.code;
    for (const auto& cue : type.cues) EXPECT_FALSE(cue.pattern.empty()) << type.code;
  }
  for (const char* const sign : {"vague", "direction", "praise", "doubt", "remedy", "concession",
                                 "advice", "layers_and_neurons"}) {
    EXPECT_FALSE(sign_cues(sign).empty()) << sign;
  }
  EXPECT_TRUE(sign_cues("no such sign").empty());
}

// Operators of DeepCrime and labels of DeepFD lead to our types.
TEST(Catalogue, KnowsOtherVocabularies) {
  for (const auto& [label, code] : std::vector<std::pair<std::string, std::string>>{
           {"lr", "HLR"}, {"act", "ACH"}, {"loss", "LCH"}, {"opt", "OCH"}, {"epoch", "HNE"}}) {
    ASSERT_NE(fault_type_of("deepfd", label), nullptr) << label;
    EXPECT_EQ(fault_type_of("deepfd", label)->code, code);
  }
  for (const char* const mutation :
       {"TCL", "TRD", "TUD", "TAN", "TCO", "HBS", "HLR", "HNE", "HDB", "ACH", "ARM", "AAL",
        "RAW", "RCW", "RRW", "RCD", "RCP", "WCI", "WAB", "WRB", "LCH", "OCH", "OCG", "VRM"}) {
    EXPECT_NE(fault_type_of("deepcrime", mutation), nullptr) << mutation;
  }
  EXPECT_EQ(fault_type_of("deepcrime", "XXX"), nullptr);
  EXPECT_EQ(fault_type_of("nobody", "lr"), nullptr);
}

// The study's own labels: M3 (linear -> softmax) is ARM, U1 (softplus -> linear) AAL, C1 ACH.
TEST(Catalogue, LabelsChangesAsTheStudy) {
  const auto activation = of_kind("activation");
  EXPECT_EQ(fault_type_for_change(activation, "linear", "softmax"), "ARM");
  EXPECT_EQ(fault_type_for_change(activation, "softplus", "linear"), "AAL");
  EXPECT_EQ(fault_type_for_change(activation, "hard_sigmoid", "relu"), "ACH");
  EXPECT_EQ(operator_for_change(activation, "linear", "softmax"), "AAL");
  EXPECT_EQ(fault_type_for_change(of_kind("layer_repeat"), 1, 2), "LRM");
  EXPECT_EQ(fault_type_for_change(of_kind("layer_repeat"), 1, 0), "LAD");
  EXPECT_EQ(operator_for_change(of_kind("layer_repeat"), 1, 2), "LAD");
  EXPECT_EQ(fault_type_for_change(of_kind("dropout_rate"), 0.1, 0.2), "RCD");
  EXPECT_EQ(operator_for_change(of_kind("dropout_rate"), 0.1, 0.2), "");
  EXPECT_EQ(fault_type_for_change(of_kind("kernel_initializer"), "zeros", "he_normal"), "WCI");
}

TEST(ExplainChange, NamesLineLayerAndReason) {
  const std::string text =
      explain_change(one_unit(), of_kind("activation", 1), "softmax", "sigmoid");
  EXPECT_THAT(text, HasSubstr("line 12: "));
  EXPECT_THAT(text, HasSubstr("always gives 1"));
  EXPECT_THAT(explain_change(one_unit(), of_kind("learning_rate"), 5.0, 0.01),
              HasSubstr("learning rate 5.0"));
}

TEST(ExplainChange, LeavesNoSlotOpen) {
  const std::vector<std::string> kinds = {
      "activation",  "kernel_initializer",  "bias_initializer", "units",  "filters",
      "kernel_size", "layer_repeat",        "dropout_rate",     "loss",   "optimizer",
      "batch_size",  "learning_rate",       "momentum",         "epochs", "kernel_regularizer",
      "recurrent",   "batch_normalization", "dropout_insert",   "scale",  "unheard_of"};
  for (const auto& kind : kinds) {
    for (const auto& [from, to] : std::vector<std::pair<json, json>>{
             {"relu", "linear"},
             {"zeros", json{{"class", "random_normal"}, {"stddev", 1.0}}},
             {1, 2},
             {2.5, 1},
             {nullptr, "l2"},
             {false, true}}) {
      const std::string text = explain_change(one_unit(), of_kind(kind, 0), from, to);
      EXPECT_EQ(text.find('{'), std::string::npos) << kind << ": " << text;
      EXPECT_GT(text.size(), 15u) << kind;
    }
  }
}

}  // namespace
}  // namespace dlfix::mapping
