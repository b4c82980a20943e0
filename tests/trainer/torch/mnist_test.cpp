// Digits from the shared data: a small perceptron and a convolutional net.
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>

#include "helpers.h"
#include "tests/study_data.h"
#include "trainer/support/hash.h"
#include "trainer/support/npy.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

std::string mnist_folder() { return (tests::study_data() / "data/mnist/").string(); }

std::vector<unsigned char> read_idx(const std::string& path, std::size_t header,
                                    std::size_t bytes) {
  gzFile file = gzopen(path.c_str(), "rb");
  std::vector<unsigned char> all(header + bytes);
  const int read = gzread(file, all.data(), static_cast<unsigned>(all.size()));
  gzclose(file);
  EXPECT_EQ(static_cast<std::size_t>(read), all.size());
  return {all.begin() + static_cast<std::ptrdiff_t>(header), all.end()};
}

RowSet digits(const TemporaryFolder& folder, const std::string& kind, int rows) {
  const auto pixels = read_idx(mnist_folder() + kind + "-images-idx3-ubyte.gz", 16,
                               static_cast<std::size_t>(rows) * 784);
  const auto labels =
      read_idx(mnist_folder() + kind + "-labels-idx1-ubyte.gz", 8, static_cast<std::size_t>(rows));
  std::vector<float> x;
  for (unsigned char pixel : pixels) x.push_back(float(pixel) / 255);
  const std::string path = folder.path(kind + "_y.npy");
  support::write_npy(path, {rows}, "uint8", labels.data());
  return {{{write_array(folder.path(kind + "_x.npy"), {rows, 28, 28, 1}, x)}},
          {{path, {rows}, "uint8", support::sha256_file(path)}},
          {},
          {}};
}

class Mnist : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(mnist_folder())) {
      GTEST_SKIP() << "needs the shared data in " << mnist_folder();
    }
    request_.compile.loss = "sparse_categorical_crossentropy";
    request_.compile.optimizer = {"adam", 0.001, json::object()};
    request_.fit.batch_size = 64;
    request_.train = digits(folder_, "train", 6000);
    request_.evaluate = {{"test", digits(folder_, "t10k", 1000)}};
    request_.profile = "tf23";
  }

  TemporaryFolder folder_;
  TrainingRequest request_;
};

TEST_F(Mnist, Perceptron) {
  request_.model = sequential(
      {layer("Flatten", json::object()), dense(64, "relu"), dense(10, "softmax")}, {28, 28, 1});
  request_.fit.epochs = 3;
  EXPECT_GT(train_one(request_).evaluations.at(0).value, 0.88);
}

TEST_F(Mnist, ConvolutionalNet) {
  request_.model = sequential(
      {layer("Conv2D", {{"filters", 8}, {"kernel_size", {3, 3}}, {"activation", "relu"}}),
       layer("MaxPooling2D", {{"pool_size", {2, 2}}}), layer("Dropout", {{"rate", 0.25}}),
       layer("Flatten", json::object()), dense(10, "softmax")},
      {28, 28, 1});
  request_.fit.epochs = 2;
  const EvaluationResult got = train_one(request_).evaluations.at(0);
  // Five trainings in Keras 3.15 on the same rows: accuracy 0.863 to 0.876, loss 0.418 to 0.436.
  EXPECT_NEAR(got.value, 0.870, 0.0265);
  EXPECT_NEAR(got.loss, 0.427, 0.029);
}

}  // namespace
}  // namespace dlfix::trainer::testing
