#include "agent/faults/data_source.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "agent/data/dataset_files.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCifarRecord = 1 + 3 * 32 * 32;
constexpr std::size_t kCifarTraining = 50000, kCifarTest = 10000;

/// An IDX file of MNIST: its rows, and the SHA-256 of its unpacked bytes.
struct MnistPart {
  const char* name;
  std::size_t rows;
  std::size_t row_bytes;
  std::size_t head;
  const char* checksum;
};
constexpr std::array<MnistPart, 4> kMnist = {
    {{"train-images-idx3-ubyte", 60000, 784, 16,
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
     {"train-labels-idx1-ubyte", 60000, 1, 8,
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
     {"t10k-images-idx3-ubyte", 10000, 784, 16,
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
     {"t10k-labels-idx1-ubyte", 10000, 1, 8,
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}};
// As the probe looks for them (mapping/probe/dlfix_probe/datasets).
constexpr std::array kMnistFolders = {"", "mnist", "MNIST/raw", "MNIST"};
constexpr std::array kCifarFolders = {"",
                                      "cifar10",
                                      "cifar-10-batches-py",
                                      "cifar-10-batches-py-target/cifar-10-batches-py",
                                      "cifar-10-batches-bin",
                                      "cifar10/cifar-10-batches-py",
                                      "cifar10/cifar-10-batches-bin"};

/// The first that exists, plain or gzipped.
template <typename Subfolders>
std::optional<std::string> first_file(const std::vector<std::string>& folders,
                                      const Subfolders& subfolders, const std::string& name) {
  std::error_code error;
  for (const std::string& folder : folders)
    for (const char* subfolder : subfolders)
      for (const char* ending : {"", ".gz"}) {
        const fs::path path = fs::path(folder) / subfolder / (name + ending);
        if (fs::is_regular_file(path, error)) return path.string();
      }
  return std::nullopt;
}

/// Content, unpacked where it is gzipped; nullopt when it cannot be read to its end.
std::optional<std::string> unpacked(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> block;
  int count = 0;
  while ((count = gzread(file, block.data(), block.size())) > 0)
    text.append(block.data(), static_cast<std::size_t>(count));
  return gzclose(file) == Z_OK && count == 0 ? std::optional(text) : std::nullopt;
}

DataSource not_there(const std::string& dataset, const std::vector<std::string>& folders) {
  std::string looked;
  for (const std::string& folder : folders) looked += (looked.empty() ? "" : ", ") + folder;
  return {"missing",
          {},
          "is not in " + looked,
          fmt::format("`dlfix-agent data get {}`, or name its folder with --data-dir", dataset)};
}

DataSource damaged_file(const std::string& path, const std::string& what,
                        const std::string& dataset) {
  return {"damaged",
          {path},
          path + ": " + what,
          fmt::format("remove it and run `dlfix-agent data get {}`", dataset)};
}

/// Whether a file is the one that Keras fetches.
bool is_keras_file(const std::string& dataset, const std::string& path) {
  for (const Dataset& known : datasets())
    if (known.name == dataset)
      for (const DatasetFile& file : known.files)
        if (file.remote_name == fs::path(path).filename())
          return file_checksum(path, file.checksum) == file.checksum;
  return false;
}

DataSource find_mnist(const std::vector<std::string>& folders) {
  const std::string whole = "60,000 training and 10,000 test images";
  constexpr std::array kPlain = {"", "mnist"};
  if (const auto archive = first_file(folders, kPlain, "mnist.npz")) {
    if (is_keras_file("mnist", *archive)) return {"exact", {*archive}, whole, ""};
    return {"close", {*archive}, "an mnist.npz that is not Keras's", ""};
  }
  DataSource source{"exact", {}, whole, ""};
  for (const MnistPart& part : kMnist) {
    const auto path = first_file(folders, kMnistFolders, part.name);
    if (!path) return not_there("mnist", folders);
    const auto content = unpacked(*path);
    if (!content) return damaged_file(*path, "cannot be unpacked", "mnist");
    if (content->size() != part.head + part.rows * part.row_bytes)
      return damaged_file(*path,
                          fmt::format("has {} bytes, not {}", content->size(),
                                      part.head + part.rows * part.row_bytes),
                          "mnist");
    source.files.push_back(*path);
    if (support::sha256(*content) == part.checksum) continue;
    source.kind = "close";
    source.what = fmt::format("{}: is not the published file", *path);
  }
  return source;
}

DataSource cifar_archive(const std::string& path) {
  if (is_keras_file("cifar10", path))
    return {"exact", {path}, "50,000 training and 10,000 test images", ""};
  return {"close", {path}, "an archive that is not the published one", ""};
}

/// Images in a file of the binary form; 0 when it is no such file.
std::size_t cifar_images(const std::string& path) {
  const auto content = unpacked(path);
  return content && content->size() % kCifarRecord == 0 ? content->size() / kCifarRecord : 0;
}

DataSource find_cifar10(const std::vector<std::string>& folders) {
  DataSource source;
  std::size_t training = 0, test = 0;
  for (const char* name : {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4",
                           "data_batch_5", "test_batch"}) {
    std::size_t images = 10000;
    auto path = first_file(folders, kCifarFolders, std::string(name) + ".bin");
    if (path) {
      images = cifar_images(*path);
      if (images == 0) return damaged_file(*path, "is no CIFAR-10 binary file", "cifar10");
    } else {
      path = first_file(folders, kCifarFolders, name);
    }
    if (!path) continue;
    source.files.push_back(*path);
    (std::string_view(name) == "test_batch" ? test : training) += images;
  }
  if (training == 0 || test == 0) {
    constexpr std::array kPlain = {"", "cifar10"};
    for (const char* name : {"cifar-10-python.tar", "cifar-10-batches-py.tar"})
      if (const auto archive = first_file(folders, kPlain, name)) return cifar_archive(*archive);
    return not_there("cifar10", folders);
  }
  const bool whole = training == kCifarTraining && test == kCifarTest;
  source.kind = whole ? "exact" : "sample";
  source.what = fmt::format("{} of {} training and {} of {} test images", training, kCifarTraining,
                            test, kCifarTest);
  if (!whole) source.remedy = "`dlfix-agent data get cifar10` fetches all of it";
  return source;
}

DataSource find_reuters(const std::vector<std::string>& folders) {
  constexpr std::array kPlain = {"", "reuters"};
  const auto archive = first_file(folders, kPlain, "reuters.npz");
  if (!archive) return not_there("reuters", folders);
  if (is_keras_file("reuters", *archive))
    return {"exact", {*archive}, "Keras's own 11,228 newswires", ""};
  return {"close",
          {*archive},
          "another derivative of Reuters-21578 than Keras's",
          "`dlfix-agent data get reuters` fetches Keras's own"};
}

}  // namespace

std::vector<std::string> data_folders(const std::string& asked) {
  std::vector<std::string> folders;
  if (!asked.empty()) folders.push_back(asked);
  if (const char* named = std::getenv("DLFIX_DATA");
      named != nullptr && *named != '\0' && named != asked)
    folders.push_back(named);
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    folders.push_back(std::string(home) + "/.keras/datasets");
  return folders;
}

DataSource find_data(const std::string& dataset, const std::string& kind,
                     const std::vector<std::string>& folders) {
  if (dataset == "generated")
    return {kind,
            {},
            kind == "stand-in" ? "the program draws rows of the same shapes itself"
                               : "the program computes its rows itself",
            kind == "stand-in" ? "the study's rows are not public; the program reads no file" : ""};
  if (dataset == "mnist") return find_mnist(folders);
  if (dataset == "cifar10") return find_cifar10(folders);
  if (dataset == "reuters") return find_reuters(folders);
  throw support::InputError(dataset + ": is no data set of the benchmark",
                            "mnist, cifar10, reuters or generated");
}

}  // namespace dlfix::agent
