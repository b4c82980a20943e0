// The catalogue of rules: complete, and in agreement with what the tools emit.
#include "eval/localisers/rule_catalogue.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "eval/localisers/checks/checks.h"
#include "eval/localisers/umlaut/umlaut.h"
#include "programs.h"

namespace dlfix::eval::testing {
namespace {

using ::testing::HasSubstr;

TEST(RuleCatalogue, EveryRuleIsExplainedWithExamples) {
  std::set<std::string> ids;
  for (const RuleInfo& rule : rule_catalogue()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id << " twice";
    for (const std::string& text :
         {rule.name, rule.message, rule.why, rule.remedy, rule.wrong, rule.right}) {
      EXPECT_FALSE(text.empty()) << rule.id;
    }
    EXPECT_NE(rule.wrong, rule.right) << rule.id;
    EXPECT_TRUE(rule.needs == "text" || rule.needs == "data" || rule.needs == "training");
  }
  EXPECT_EQ(ids.size(), 94U);
}

TEST(RuleCatalogue, FindsByIdAndByToolAndId) {
  ASSERT_NE(find_rule("f004"), nullptr);
  EXPECT_EQ(find_rule("neuralint/f004"), find_rule("f004"));
  EXPECT_EQ(find_rule("umlaut/f004"), nullptr);
  EXPECT_EQ(find_rule("f999"), nullptr);
  EXPECT_EQ(full_id(*find_rule("H9")), "umlaut/H9");
}

TEST(RuleCatalogue, APageShowsBothExamples) {
  const std::string page = explanation_page(*find_rule("f009"));
  EXPECT_THAT(page, HasSubstr("# f009: Hidden layer without activation"));
  EXPECT_THAT(page, HasSubstr("fault type ACH"));
  EXPECT_THAT(page, HasSubstr("Wrong:\n\n```python\nmodel.add(Dense(64))\n"));
  EXPECT_THAT(page, HasSubstr("ignore[f009]"));
  EXPECT_THAT(explanation_page(*find_rule("f007")), HasSubstr("never finds anything"));
}

/// Codes in the sources of the tools and of the examination of the data: "f004", "H9", "K04",
/// "labels_scaled".
std::set<std::string> codes_in_sources() {
  std::set<std::string> codes;
  const std::string root = DLFIX_SOURCE_DIR "/eval/";
  const std::regex rule("\"(f0[0-9]{2}|H[0-9]{1,2}|S[0-9]{1,2}|K[0-9]{2}|L[0-9])\"");
  const std::regex data("\\{\"([a-z_]+)\", \"(CPP|TLQ|LCH)\"");
  const auto add = [&](const std::string& folder, const std::regex& pattern) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + folder)) {
      if (entry.path().extension() != ".cpp") continue;
      std::ifstream in(entry.path());
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
        codes.insert((*at)[1]);
      }
    }
  };
  add("localisers", rule);
  add("evidence", data);
  return codes;
}

TEST(RuleCatalogue, HasEveryRuleThatTheSourcesName) {
  const auto codes = codes_in_sources();
  EXPECT_GT(codes.size(), 60U);
  for (const std::string& code : codes) EXPECT_NE(find_rule(code), nullptr) << code;
}

TEST(RuleCatalogue, FindingsHaveTheTypesOfTheCatalogue) {
  auto program = program_of({dense(1, "softmax")}, {4}, "mean_absolute_error");
  program.compile.optimizer = {"sgd", 5.0, nlohmann::json::object()};
  program.fit.epochs = 1;
  program.fit.batch_size = 1;
  auto found = run_checks(program).findings;
  const auto more = run_umlaut(program, {}, ToolReading::kMended).findings;
  found.insert(found.end(), more.begin(), more.end());
  EXPECT_GE(found.size(), 5U);
  for (const RuleFinding& finding : found) {
    const RuleInfo* rule = find_rule(finding.tool + "/" + finding.rule);
    ASSERT_NE(rule, nullptr) << finding.rule;
    EXPECT_EQ(rule->fault_type, finding.fault_type) << finding.rule;
  }
}

// Localisers must not know whom they look at.
TEST(RuleCatalogue, NoLocaliserReadsAProgramsName) {
  const std::regex name(
      "\"(M|C|R|U|D)[0-9]\"|fl_id|\\bpath\\(\\)\\.stem|manifest|benchmark|paper_tables|faults\\."
      "json");
  int files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(DLFIX_SOURCE_DIR "/eval/localisers")) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
    std::ifstream in(entry.path());
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      const std::string code = line.substr(0, line.find("//"));
      EXPECT_FALSE(std::regex_search(code, name)) << entry.path() << ":" << number << ": " << line;
    }
    ++files;
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace dlfix::eval::testing
