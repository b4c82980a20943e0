// Loops of our own against LibTorch's operations.
#include "trainer/torch/row_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "trainer/torch/losses.h"

namespace dlfix::trainer {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

class RowKernels : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { at::manual_seed(GetParam()); }
  Tensor numbers() const { return at::randn({3, 5, GetParam()}) * 4; }
};

void expect_close(const Tensor& got, const Tensor& expected) {
  ASSERT_EQ(got.sizes(), expected.sizes());
  EXPECT_TRUE(at::allclose(got, expected, 1e-5, 1e-6)) << got << expected;
}

TEST_P(RowKernels, SumAndRepeatRows) {
  const Tensor x = numbers();
  const Tensor room = at::full({3, GetParam() + 2}, 7.0F);
  sum_rows(x, room.narrow(1, 1, GetParam()));
  expect_close(room.narrow(1, 1, GetParam()), x.sum(1));
  EXPECT_TRUE(room.select(1, 0).eq(7).all().item<bool>());
  EXPECT_TRUE(room.select(1, GetParam() + 1).eq(7).all().item<bool>());
  const Tensor bias = room.narrow(1, 1, GetParam());
  EXPECT_TRUE(repeat_rows(bias, 4).equal(bias.unsqueeze(1).expand({3, 4, GetParam()})));
}

TEST_P(RowKernels, SoftmaxIsLibTorchs) {
  const Tensor x = numbers();
  expect_close(softmax_rows(x), at::softmax(x, -1));
  const Tensor apart = at::randn({3, GetParam(), 5}).transpose(1, 2);
  expect_close(softmax_rows(apart), at::softmax(apart, -1));
}

// A row's numbers do not depend on the rows around it, wherever it lies in memory.
TEST_P(RowKernels, SoftmaxOfARowIsItsOwn) {
  const Tensor x = numbers();
  const Tensor all = softmax_rows(x);
  for (std::int64_t r = 0; r < 3; ++r) {
    EXPECT_TRUE(all[r].unsqueeze(0).equal(softmax_rows(x[r].unsqueeze(0))));
  }
}

TEST_P(RowKernels, CrossEntropyIsLibTorchs) {
  const Tensor z = numbers();
  const Tensor t = at::rand_like(z);  // its sum is not one
  const Tensor logs = at::log_softmax(z, -1);
  const RowLosses losses = cross_entropy_rows(z, at::softmax(z, -1), t);
  expect_close(losses.values, -(t * logs).sum(-1));
  expect_close(losses.gradient, at::softmax(z, -1) - t);
}

TEST_P(RowKernels, SparseCrossEntropyIsThatOfOneHotTargets) {
  const Tensor z = numbers();
  const Tensor p = at::softmax(z, -1);
  const Tensor ids = at::randint(GetParam(), {3, 5}, at::kLong);
  const RowLosses sparse = sparse_cross_entropy_rows(z, p, ids);
  const RowLosses dense = cross_entropy_rows(z, p, at::one_hot(ids, GetParam()).to(at::kFloat));
  expect_close(sparse.values, dense.values);
  expect_close(sparse.gradient, dense.gradient);
}

TEST_P(RowKernels, SquaredErrorIsAutogradsOwn) {
  const Tensor p = numbers().set_requires_grad(true);
  const Tensor t = at::randn_like(p);
  const Tensor values = ((p - t) * (p - t)).mean(-1);
  values.sum().backward();
  const RowLosses losses = squared_error_rows(p.detach(), t);
  expect_close(losses.values, values.detach());
  expect_close(losses.gradient, p.grad());
}

INSTANTIATE_TEST_SUITE_P(Widths, RowKernels, ::testing::Values(1, 2, 7, 8, 9, 20, 100));

TEST(RowKernelsAtTheEdge, WhatIsNotANumberShows) {
  const Tensor z = at::zeros({1, 3, 10});
  z[0][1][4] = kNan;
  z[0][2][9] = kInfinity;
  const Tensor p = softmax_rows(z);
  EXPECT_FALSE(p[0][0].isnan().any().item<bool>());
  EXPECT_TRUE(p[0][1].isnan().all().item<bool>());
  EXPECT_TRUE(p[0][2].isnan().all().item<bool>());
  const RowLosses losses = cross_entropy_rows(z, p, at::full_like(z, 0.1));
  EXPECT_NEAR(losses.values[0][0].item<float>(), std::log(10.0), 1e-6);
  EXPECT_TRUE(losses.values[0][1].isnan().item<bool>());
  EXPECT_TRUE(losses.values[0][2].isnan().item<bool>());
}

TEST(RowKernelsAtTheEdge, LogitsFarApartStayExact) {
  const Tensor z = at::tensor({300.0F, 0.0F, -300.0F}).view({1, 1, 3});
  const Tensor p = softmax_rows(z);
  const Tensor ids = at::full({1, 1}, 2, at::kLong);
  EXPECT_FLOAT_EQ(sparse_cross_entropy_rows(z, p, ids).values.item<float>(), 600);
}

TEST(RowKernelsAtTheEdge, RefusesIdsThatNoOutputStandsFor) {
  const Tensor z = at::zeros({1, 1, 3});
  EXPECT_THROW(sparse_cross_entropy_rows(z, z, at::full({1, 1}, 3, at::kLong)), c10::Error);
  EXPECT_THROW(sparse_cross_entropy_rows(z, z, at::full({1, 1}, -1, at::kLong)), c10::Error);
}

// As TensorFlow's: a gradient that is not a number passes units that are off.
TEST(RowKernelsAtTheEdge, RectifiedGradientMultiplies) {
  const Tensor y = at::tensor({0.0F, 2.0F, 0.0F});
  const Tensor dx = rectified_gradient(at::tensor({5.0F, 3.0F, kNan}), y);
  EXPECT_EQ(dx[0].item<float>(), 0);
  EXPECT_EQ(dx[1].item<float>(), 3);
  EXPECT_TRUE(dx[2].isnan().item<bool>());
}

// Whether a gradient is recorded depends on what trains beside a replica; its numbers must not.
TEST(RowKernelsAtTheEdge, SoftmaxIsTheSameRecordedOrNot) {
  const Tensor x = at::randn({2, 3, 7}).set_requires_grad(true);
  const Tensor weights = at::randn({2, 3, 7});
  const Tensor recorded = keras_softmax(x);
  EXPECT_TRUE(recorded.detach().equal(keras_softmax(x.detach())));
  const Tensor own = torch::autograd::grad({(recorded * weights).sum()}, {x})[0];
  const Tensor theirs = torch::autograd::grad({(at::softmax(x, -1) * weights).sum()}, {x})[0];
  EXPECT_TRUE(at::allclose(own, theirs, 1e-5, 1e-6));
}

}  // namespace
}  // namespace dlfix::trainer
