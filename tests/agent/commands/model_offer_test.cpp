#include "agent/commands/model_offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "agent/llm/connect.h"
#include "tests/agent/workflows/sample_program.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;

class ModelOfferTest : public testing::Test {
 protected:
  ModelOfferTest() {
    setenv("OPENAI_API_KEY", "sk-canary-offer", 1);
    command_.reading.program = write_program(folder_, sample_text(90, "0.77"));
    command_.options.technique = "auto";
    command_.llm.price_files = {DLFIX_SOURCE_DIR "/providers/prices.json"};
  }
  ~ModelOfferTest() override { unsetenv("OPENAI_API_KEY"); }

  std::string offer(const std::string& answer) {
    std::istringstream in(answer);
    std::ostringstream out;
    offer_model(command_, store_,
                {DLFIX_SOURCE_DIR "/prompts", standin_probe(), process_environment(), in, out});
    return out.str();
  }

  TestFolder folder_;
  Store store_{folder_.file("store/store.sqlite")};
  RepairCommand command_;
};

TEST_F(ModelOfferTest, AYesConfiguresTheModelThatWasShownWithHostAndCost) {
  const std::string shown = offer("y\n");
  for (const char* word :
       {"OPENAI_API_KEY is set", "10 requests to api.openai.com", "tokens", "USD"})
    EXPECT_THAT(shown, HasSubstr(word));
  EXPECT_THAT(shown, Not(HasSubstr("canary")));
  ASSERT_EQ(command_.llm.llms.size(), 1u);
  EXPECT_THAT(command_.llm.llms.front(), testing::StartsWith("openai:"));
}

TEST_F(ModelOfferTest, ANoIsRememberedBesideTheStore) {
  EXPECT_THAT(offer("\n"), HasSubstr("not offered again"));
  EXPECT_TRUE(command_.llm.llms.empty());
  EXPECT_EQ(offer("y\n"), "");
  EXPECT_TRUE(command_.llm.llms.empty());
}

TEST_F(ModelOfferTest, NothingIsOfferedWhereItWasDecidedOrCannotBeShown) {
  command_.llm.llms = {"ollama:some"};
  EXPECT_EQ(offer("y\n"), "");
  command_.llm.llms.clear();
  command_.llm.offline = true;
  EXPECT_EQ(offer("y\n"), "");
  command_.llm.offline = false;
  std::ofstream(command_.reading.program) << "print('no model')\n";
  EXPECT_EQ(offer("y\n"), "");
  unsetenv("OPENAI_API_KEY");
  EXPECT_EQ(offer("y\n"), "");
}

}  // namespace
}  // namespace dlfix::agent
