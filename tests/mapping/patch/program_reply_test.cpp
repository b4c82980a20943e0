#include "mapping/patch/program_reply.h"

#include <gmock/gmock.h>

#include "tests/mapping/program/program_fixture.h"

namespace dlfix::mapping {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class ProgramReply : public ProgramFixture {
 protected:
  ConfigPatch patch(const std::string& reply) {
    const Program program = read(kSequential);
    return read_patch(reply, program, options_);
  }

  static std::string with(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  }
};

TEST_F(ProgramReply, AWholeProgramIsComparedWithOurs) {
  const auto changed = with(with(kSequential, "epochs=5", "epochs=50"), "lr=0.1", "lr=0.01");
  for (const auto& reply : {"Here it is:\n```python\n" + changed + "```\nGood luck!", changed}) {
    const auto read = patch(reply);
    EXPECT_EQ(to_string(read.outcome), "ok_with_repairs") << read.reason;
    EXPECT_EQ(read.changes, (Config{{"epochs", 50}, {"lr", 0.01}}));
    EXPECT_THAT(read.repairs, Contains("read from a program"));
  }
  EXPECT_EQ(to_string(patch("```python\n" + kSequential + "```").outcome), "no_change");
}

TEST_F(ProgramReply, OtherLayersLeaveTheTrainingsHyperparameters) {
  const auto changed =
      with(with(kSequential, "model.add(Dropout(0.25))\n", ""), "epochs=5", "epochs=9");
  const auto read = patch("```\n" + changed + "```");
  EXPECT_EQ(read.changes, (Config{{"epochs", 9}}));
  EXPECT_THAT(read.ignored, Contains("layers"));
}

TEST_F(ProgramReply, ADiffIsAppliedEvenWithWrongLineNumbers) {
  const auto read = patch(
      "```diff\n--- a/model.py\n+++ b/model.py\n@@ -99,2 +99,2 @@\n               "
      "metrics=['accuracy'])\n"
      "-model.fit(x, y, epochs=5, batch_size=16)\n+model.fit(x, y, epochs=5, "
      "batch_size=64)\n```\n");
  EXPECT_EQ(to_string(read.outcome), "ok_with_repairs") << read.reason;
  EXPECT_EQ(read.changes, (Config{{"batch_size", 64}}));
  EXPECT_THAT(read.repairs, Contains("read from a diff"));
}

TEST_F(ProgramReply, WhatDoesNotFitOrRunIsSaid) {
  const auto diff = patch("@@ -1,1 +1,1 @@\n-no such line\n+another\n");
  EXPECT_EQ(to_string(diff.outcome), "bad_json");
  EXPECT_THAT(diff.reason, HasSubstr("does not fit"));
  const auto broken = patch("```python\nmodel.fit(\n```");
  EXPECT_EQ(to_string(broken.outcome), "bad_json");
  EXPECT_THAT(broken.reason, HasSubstr("cannot be read"));
  EXPECT_EQ(to_string(patch("```python\n" + kSequential).outcome), "no_json");  // cut off
  EXPECT_EQ(to_string(patch("{\"epochs\": 7}").outcome), "ok");
}

}  // namespace
}  // namespace dlfix::mapping
