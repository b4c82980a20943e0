#include "mapping/findings/cues.h"

#include <gtest/gtest.h>

#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

bool matches(const char* cue, const char* text) { return Cue(cue).matches(words_of(text)); }

TEST(Cues, WordsPrefixesChoicesNumbersAndGaps) {
  EXPECT_TRUE(matches("learning rate", "The Learning-rate is high."));
  EXPECT_FALSE(matches("learning rate", "The rate of learning."));
  EXPECT_TRUE(matches("regulari*", "No regularisation."));
  EXPECT_TRUE(matches("too low|high", "It is too high."));
  EXPECT_TRUE(matches("only # epochs", "Trained for only 3 epochs."));
  EXPECT_TRUE(matches("no .. validation", "There is no separate held out validation set."));
  EXPECT_FALSE(matches("no .. validation", "There is no one two three four five validation set."));
  EXPECT_FALSE(matches("!batch normali*", "Uses batch normalisation."));
  EXPECT_TRUE(matches("!batch normali*", "Needs input normalisation."));
}

TEST(Cues, StayWithinASentenceUnlessJoined) {
  EXPECT_FALSE(matches("rate .. high", "This is the rate. High values are bad."));
  EXPECT_TRUE(matches("rate & high", "This is the rate. High values are bad."));
  EXPECT_FALSE(matches("rate & low", "This is the rate. High values are bad."));
}

TEST(Cues, ACueThatCannotMatchIsKnownAtOnce) {
  const auto words = words_of("The number of epochs is low.");
  const auto beginnings = word_beginnings(words);
  EXPECT_TRUE(Cue("epochs").possible(beginnings));
  EXPECT_FALSE(Cue("dropout rate").possible(beginnings));
  EXPECT_TRUE(Cue("# .. !a").possible(beginnings));
}

TEST(Cues, ACueWithoutWordsIsRefused) {
  for (const char* const cue : {"", "..", "a ..", "a & .."})
    EXPECT_THROW(Cue{cue}, support::InputError) << cue;
}

TEST(Words, TitleLeadAndRest) {
  const auto words = words_of("Learning rate: It isn't 1e-3 but 0.1, e.g. high. Lower it. Now.");
  ASSERT_GE(words.size(), 10U);
  EXPECT_EQ(words[0].zone, Zone::kTitle);
  EXPECT_EQ(words[2].text, "it");
  EXPECT_EQ(words[2].zone, Zone::kLead);
  EXPECT_EQ(words[3].text, "is");
  EXPECT_EQ(words[4].text, "not");
  EXPECT_EQ(words[5].text, "1e-3");
  EXPECT_EQ(words[7].text, "0.1");
  EXPECT_EQ(words.back().zone, Zone::kRest);
  EXPECT_EQ(words_of("A: b").front().zone, Zone::kTitle);
}

}  // namespace
}  // namespace dlfix::mapping
