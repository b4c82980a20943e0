#include "trainer/spec/weights_file.h"

#include <fmt/core.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "trainer/spec/json_fields.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::trainer {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

constexpr std::size_t kLengthBytes = 8;  // of the header's length, before the header

[[noreturn]] void refuse(const WeightsFile& file, const std::string& why) {
  throw support::InputError(fmt::format("weights {}: {}", file.path, why));
}

std::string file_bytes(const std::vector<NamedWeight>& weights) {
  json header = json::object();
  std::string numbers;
  for (const NamedWeight& weight : weights) {
    const std::size_t begin = numbers.size();
    numbers.append(reinterpret_cast<const char*>(weight.values.data()),
                   weight.values.size() * sizeof(float));
    header[weight.name] = {
        {"dtype", "F32"}, {"shape", weight.shape}, {"data_offsets", {begin, numbers.size()}}};
  }
  std::string text = header.dump();
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  return bytes + text + numbers;
}

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

NamedWeight weight_at(const std::string& name, const json& entry, std::string_view numbers) {
  const FieldReader reader(entry, "weight");
  if (reader.text("dtype") != "F32") throw support::InputError("a weight is no float32");
  NamedWeight weight{name, reader.integers("shape"), {}};
  const auto offsets = reader.integers("data_offsets");
  const auto within = [&](std::int64_t at) {
    return at >= 0 && static_cast<std::size_t>(at) <= numbers.size();
  };
  if (offsets.size() != 2 || !within(offsets[0]) || !within(offsets[1]) ||
      offsets[0] > offsets[1]) {
    throw support::InputError("a weight lies outside the file");
  }
  const auto bytes = static_cast<std::size_t>(offsets[1] - offsets[0]);
  if (bytes != element_count(weight.shape) * sizeof(float))
    throw support::InputError("a weight's shape and size disagree");
  weight.values.resize(bytes / sizeof(float));
  if (bytes > 0) std::memcpy(weight.values.data(), numbers.data() + offsets[0], bytes);
  return weight;
}

std::string bytes_of(const WeightsFile& file) {
  std::ifstream stream(file.path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream)
    throw support::EnvironmentError(fmt::format("weights {}: cannot be read", file.path));
  return bytes;
}

}  // namespace

WeightsFile write_weights(const std::string& folder, const std::vector<NamedWeight>& weights) {
  const std::string bytes = file_bytes(weights);
  const std::string sha256 = support::sha256(bytes);
  const fs::path path = fs::path(folder) / (sha256 + ".safetensors");
  const fs::path half = fmt::format("{}.{}.tmp", path.string(), getpid());
  std::error_code error;
  fs::create_directories(folder, error);
  std::ofstream stream(half, std::ios::binary);
  stream << bytes;
  stream.close();
  if (stream) fs::rename(half, path, error);
  if (!stream || error) {
    fs::remove(half, error);
    throw support::EnvironmentError(fmt::format("weights {}: cannot be written", path.string()),
                                    "make room on the disk, or name another --store");
  }
  return {path.string(), sha256};
}

std::vector<NamedWeight> read_weights(const WeightsFile& file) {
  const std::string bytes = bytes_of(file);
  if (support::sha256(bytes) != file.sha256) refuse(file, "not the file that was kept");
  std::uint64_t length = 0;
  if (bytes.size() < kLengthBytes) refuse(file, "no safetensors file");
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > bytes.size() - kLengthBytes) refuse(file, "no safetensors file");
  const std::string_view all = bytes;
  const json header = json::parse(all.substr(kLengthBytes, length), nullptr, false);
  if (!header.is_object()) refuse(file, "no safetensors file");
  std::vector<NamedWeight> weights;
  try {
    for (const auto& [name, entry] : header.items())
      weights.push_back(weight_at(name, entry, all.substr(kLengthBytes + length)));
  } catch (const support::InputError& error) {
    refuse(file, error.what());
  }
  return weights;
}

void to_json(json& document, const WeightsFile& file) {
  document = {{"path", file.path}, {"sha256", file.sha256}};
}

void from_json(const json& document, WeightsFile& file) {
  const FieldReader reader(document, "weights file");
  file = {reader.text("path"), reader.text("sha256")};
}

void to_json(json& document, const StartingWeights& start) {
  document = {{"file", start.file}, {"layers", start.layers}};
}

void from_json(const json& document, StartingWeights& start) {
  const FieldReader reader(document, "starting weights");
  start = {reader.value("file").get<WeightsFile>(), reader.integers("layers")};
}

}  // namespace dlfix::trainer
