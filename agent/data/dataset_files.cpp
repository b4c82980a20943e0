#include "agent/data/dataset_files.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr const char* kKerasFiles = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/";

DatasetFile keras_file(const std::string& name, const std::string& checksum,
                       const std::string& folder = "") {
  return {name, kKerasFiles + name, folder + name, checksum};
}

std::vector<Dataset> make_datasets() {
  const std::string fashion = "fashion-mnist/";
  return {
      {"mnist",
       {keras_file("mnist.npz",
                   "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1")}},
      {"fashion_mnist",
       {keras_file("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", fashion),
        keras_file("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", fashion),
        keras_file("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", fashion),
        keras_file("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", fashion)}},
      {"cifar10",
       {{"cifar-10-python.tar.gz", "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
         "cifar-10-python.tar.gz",
         "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"}}},
      {"cifar100",
       {{"cifar-100-python.tar.gz", "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
         "cifar-100-python.tar.gz",
         "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"}}},
      {"reuters",
       {keras_file("reuters.npz",
                   "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"),
        keras_file("reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921")}},
      {"imdb",
       {keras_file("imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"),
        keras_file("imdb_word_index.json", "bfafd718b763782e994055a2d397834f")}},
      {"boston_housing",
       {keras_file("boston_housing.npz",
                   "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5")}},
      {"california_housing",
       {keras_file("california_housing.npz",
                   "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f")}},
  };
}

}  // namespace

const std::vector<Dataset>& datasets() {
  static const std::vector<Dataset> all = make_datasets();
  return all;
}

std::string file_checksum(const std::string& path, const std::string& like) {
  std::ifstream file(path, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), like.size() == 32 ? EVP_md5() : EVP_sha256(), nullptr);
  std::array<char, 1 << 16> block;
  while (file) {
    file.read(block.data(), block.size());
    EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) throw support::EnvironmentError(path + ": cannot be read", "check its rights");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace dlfix::agent
