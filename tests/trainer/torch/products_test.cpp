// Products of our own and BLAS's against LibTorch's.
#include "trainer/torch/products.h"

#include <gtest/gtest.h>

#include <limits>

#include "trainer/torch/sparse_product.h"

namespace dlfix::trainer {
namespace {

struct Sizes {
  std::int64_t replicas, rows, in, out;
};

class Products : public ::testing::TestWithParam<Sizes> {};

void expect_close(const Tensor& got, const Tensor& expected) {
  ASSERT_EQ(got.sizes(), expected.sizes());
  EXPECT_LE((got - expected).abs().max().item<double>(),
            1e-5 * (1 + expected.abs().max().item<double>()));
}

TEST_P(Products, AreLibTorchsOwn) {
  const Sizes size = GetParam();
  at::manual_seed(3);
  const Tensor x = at::randn({size.replicas, size.rows, size.in});
  const Tensor dy = at::randn({size.replicas, size.rows, size.out});
  // Weights of a replica lie in one row with those of other layers.
  const Tensor flat = at::randn({size.replicas, 5 + size.in * size.out + 3});
  const Tensor w = flat.narrow(1, 5, size.in * size.out).view({size.replicas, size.in, size.out});
  const Tensor bias = at::randn({size.replicas, size.out});
  expect_close(affine(x, w, bias), at::bmm(x, w) + bias.unsqueeze(1));
  expect_close(affine(x, w, {}), at::bmm(x, w));
  expect_close(input_gradient(dy, w), at::bmm(dy, w.transpose(1, 2)));
  const Tensor room = at::full_like(flat, 7);
  write_product_gradient(
      x, dy, room.narrow(1, 5, size.in * size.out).view({size.replicas, size.in, size.out}));
  expect_close(room.narrow(1, 5, size.in * size.out).reshape({size.replicas, size.in, size.out}),
               at::bmm(x.transpose(1, 2), dy));
  EXPECT_EQ(room.narrow(1, 0, 5).ne(7).sum().item<std::int64_t>(), 0);
  EXPECT_EQ(room.narrow(1, 5 + size.in * size.out, 3).ne(7).sum().item<std::int64_t>(), 0);
}

// A replica's product does not see the others.
TEST_P(Products, AreTheSameAlone) {
  const Sizes size = GetParam();
  at::manual_seed(4);
  const Tensor x = at::randn({size.replicas, size.rows, size.in});
  const Tensor w = at::randn({size.replicas, size.in, size.out});
  const Tensor last = affine(x, w, {}).narrow(0, size.replicas - 1, 1);
  const Tensor alone =
      affine(x.narrow(0, size.replicas - 1, 1), w.narrow(0, size.replicas - 1, 1), {});
  EXPECT_TRUE(last.equal(alone));
}

// Every way to lay vectors over a row's end.
TEST(SmallProducts, AreLibTorchsOwnAtEveryWidth) {
  at::manual_seed(6);
  for (std::int64_t width = 1; width <= 60; ++width) {
    const std::int64_t rows = 1 + width % 15;
    const Tensor x = at::randn({2, rows, 9});
    const Tensor w = at::randn({2, 9, width});
    const Tensor bias = at::randn({2, width});
    expect_close(affine(x, w, bias), at::bmm(x, w) + bias.unsqueeze(1));
    expect_close(affine(x, w, {}), at::bmm(x, w));
    const Tensor gradient = at::full({2, 9, width}, 7.0F);
    const Tensor dy = at::randn({2, rows, width});
    write_product_gradient(x, dy, gradient);
    expect_close(gradient, at::bmm(x.transpose(1, 2), dy));
  }
}

// Bags of words: few numbers are not zero. The way of the product must not show.
TEST(SparseProducts, AreLibTorchsOwn) {
  at::manual_seed(5);
  const Tensor mask = at::rand({3, 20, 700}) < 0.02;
  Tensor x = at::randn({3, 20, 700}) * mask;
  x[2] = at::randn({20, 700});  // one replica's rows are dense
  const Tensor w = at::randn({3, 700, 33});
  const Tensor bias = at::randn({3, 33});
  const Tensor dy = at::randn({3, 20, 33});
  ASSERT_TRUE(sparse_rows(x[0].data_ptr<float>(), 20, 700));
  ASSERT_FALSE(sparse_rows(x[2].data_ptr<float>(), 20, 700));
  expect_close(affine(x, w, bias), at::bmm(x, w) + bias.unsqueeze(1));
  expect_close(affine(x, w, {}), at::bmm(x, w));
  const Tensor gradient = at::full({3, 700, 33}, 7.0F);
  write_product_gradient(x, dy, gradient);
  expect_close(gradient, at::bmm(x.transpose(1, 2), dy));
}

TEST(SparseProducts, KeepWhatIsNotANumber) {
  Tensor x = at::zeros({1, 2, 300});
  x[0][1][7] = std::numeric_limits<float>::quiet_NaN();
  const Tensor z = affine(x, at::ones({1, 300, 4}), {});
  EXPECT_EQ(z[0][0].sum().item<float>(), 0);
  EXPECT_TRUE(z[0][1].isnan().all().item<bool>());
}

TEST(SparseProducts, ADivergedGradientReachesEveryWeight) {
  Tensor x = at::zeros({1, 2, 300});
  x[0][0][3] = 1;
  Tensor dy = at::ones({1, 2, 4});
  const Tensor gradient = at::zeros({1, 300, 4});
  write_product_gradient(x, dy, gradient);
  EXPECT_EQ(gradient.sum().item<float>(), 4);
  dy[0][1][2] = std::numeric_limits<float>::infinity();
  write_product_gradient(x, dy, gradient);
  EXPECT_EQ(gradient.isnan().sum().item<std::int64_t>(), 300);
}

TEST(SparseProducts, AreNotTakenForNarrowOrDenseMatrices) {
  const std::vector<float> zeros(1000, 0), ones(1000, 1);
  EXPECT_FALSE(sparse_rows(zeros.data(), 10, 100));
  EXPECT_TRUE(sparse_rows(zeros.data(), 2, 500));
  EXPECT_FALSE(sparse_rows(ones.data(), 2, 500));
}

INSTANTIATE_TEST_SUITE_P(All, Products,
                         ::testing::Values(Sizes{1, 1, 1, 1}, Sizes{2, 3, 2, 1},
                                           Sizes{3, 50, 20, 20}, Sizes{2, 7, 5, 31},
                                           Sizes{2, 32, 2, 2}, Sizes{1, 10, 784, 30},
                                           Sizes{2, 65, 70, 75}, Sizes{4, 33, 17, 13}));

}  // namespace
}  // namespace dlfix::trainer
