#include "agent/workflows/scaling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/npy.h"

namespace dlfix::agent {
namespace {

TEST(Scaling, UsesTheTrainingRowsOnly) {
  const TestFolder folder;
  const std::vector<double> values = {1, 100, 3, 300, 1000, 7};
  support::write_npy(folder.file("x.npy"), {3, 2}, "float64", values.data());
  const trainer::ArrayRef x{folder.file("x.npy"), {3, 2}, "float64", "x"};
  trainer::TrainingRequest request;
  request.train.inputs = {{x}};
  request.train.rows = {0, 1};
  request.evaluate = {{"measured", {{{x}}, {}, {}, std::vector<std::int64_t>{2}}}};
  scale_inputs(request, folder.file("scaled"));
  const auto scaled = support::NpyArray::open(request.evaluate[0].data.inputs[0][0].path);
  const auto first = scaled.to_double(0, 3);
  EXPECT_EQ(scaled.dtype(), "float32");
  EXPECT_NEAR(first[0], -1, 1e-6);
  EXPECT_NEAR(first[3], 1, 1e-6);
  EXPECT_NEAR(first[4], 998, 1e-3);
  EXPECT_NEAR(first[5], (7 - 200) / 100.0, 1e-5);
  EXPECT_EQ(request.train.inputs[0][0].path, request.evaluate[0].data.inputs[0][0].path);
}

}  // namespace
}  // namespace dlfix::agent
