#include "eval/repairers/sane_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_program.h"

namespace dlfix::eval {
namespace {

using testing::Contains;
using testing::Not;

nlohmann::json& edit_of(mapping::Program& program, const std::string& name) {
  for (auto& parameter : program.hyperparameters) {
    if (parameter.name == name) return parameter.edit;
  }
  throw std::out_of_range(name);
}

SearchSpace space_of(const mapping::Program& program, const SpaceOptions& options = {}) {
  return sane_space(program, ProblemKind::kMultiClass, false, options);
}

TEST(SaneSpace, ALayerThatSaysTheInputsShapeIsNeverLeftOut) {
  auto program = fake_program();
  EXPECT_THAT(space_of(program).find("layer1")->values, Contains(0));
  edit_of(program, "layer1")["minimum"] = 1;
  EXPECT_THAT(space_of(program).find("layer1")->values, Not(Contains(0)));
  EXPECT_THAT(space_of(program).find("layer2")->values, Contains(0));
}

TEST(SaneSpace, LeavesOutWhatCannotBeEditedAndWhatIsFrozen) {
  auto program = fake_program();
  edit_of(program, "lr") = {{"form", "none"}};
  SpaceOptions options;
  options.freeze = {"activation", "epochs"};
  const SearchSpace space = space_of(program, options);
  EXPECT_EQ(space.find("lr"), nullptr);
  EXPECT_EQ(space.find("act1"), nullptr);
  EXPECT_EQ(space.find("epochs"), nullptr);
  EXPECT_NE(space.find("batch_size"), nullptr);
}

}  // namespace
}  // namespace dlfix::eval
