// Products of our own and BLAS's against LibTorch's.
#include "trainer/torch/products.h"

#include <gtest/gtest.h>

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

INSTANTIATE_TEST_SUITE_P(All, Products,
                         ::testing::Values(Sizes{1, 1, 1, 1}, Sizes{2, 3, 2, 1},
                                           Sizes{3, 50, 20, 20}, Sizes{2, 7, 5, 31},
                                           Sizes{2, 32, 2, 2}, Sizes{1, 10, 784, 30},
                                           Sizes{2, 65, 70, 75}, Sizes{4, 33, 17, 13}));

}  // namespace
}  // namespace dlfix::trainer
