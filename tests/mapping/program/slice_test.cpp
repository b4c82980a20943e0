#include "mapping/program/slice.h"

#include <gmock/gmock.h>

#include "program_fixture.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Slice : public ProgramFixture {};

TEST_F(Slice, KeepsWhatReachesFitWithItsNumbers) {
  const ProgramSlice slice = slice_text(
      "import numpy as np\nimport matplotlib\nx = np.zeros(3)\nprint(x)\nmatplotlib.show()\n"
      "model.fit(x, x, epochs=2)\n",
      options_);
  EXPECT_EQ(slice.total, 6);
  EXPECT_EQ(slice.left_out, 3);
  EXPECT_THAT(slice.text(), HasSubstr("x = np.zeros(3)\n# lines 4-5 are left out\nmodel.fit("));
  EXPECT_THAT(slice.text(), Not(HasSubstr("matplotlib")));
  ASSERT_EQ(slice.lines.back().number, 6);
  EXPECT_EQ(slice.lines[1].number, std::nullopt);
}

TEST_F(Slice, ATextThatIsNoProgramIsRefused) {
  EXPECT_THROW(slice_text("x = (\n", options_), support::InputError);
  EXPECT_THROW(slice_text("x = 1\n", options_), support::InputError);
}

}  // namespace
}  // namespace dlfix::mapping
