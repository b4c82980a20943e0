#include "programs.h"

#include <filesystem>
#include <fstream>

#include "mapping/program/probe.h"

namespace dlfix::eval::testing {

namespace fs = std::filesystem;
using nlohmann::json;

trainer::LayerSpec layer(const std::string& class_name, json attributes) {
  trainer::LayerSpec spec;
  spec.class_name = class_name;
  spec.attributes = std::move(attributes);
  return spec;
}

trainer::LayerSpec dense(int units, const std::string& activation, json more) {
  more["units"] = units;
  more["activation"] = activation;
  return layer("Dense", more);
}

trainer::LayerSpec conv(int filters, int kernel, const std::string& activation,
                        const std::string& padding) {
  return layer("Conv2D", {{"filters", filters},
                          {"kernel_size", {kernel, kernel}},
                          {"strides", {1, 1}},
                          {"padding", padding},
                          {"activation", activation}});
}

trainer::LayerSpec max_pool(int size) {
  return layer("MaxPooling2D", {{"pool_size", {size, size}}, {"padding", "valid"}});
}

trainer::LayerSpec average_pool(int size) {
  return layer("AveragePooling2D", {{"pool_size", {size, size}}, {"padding", "valid"}});
}

mapping::Program program_of(std::vector<trainer::LayerSpec> layers, trainer::Shape input,
                            const std::string& loss, std::int64_t label_width) {
  mapping::Program program;
  program.model_kind = "sequential";
  program.model.layers = std::move(layers);
  program.model.input_shapes = {std::move(input)};
  program.compile.loss = loss;
  program.document = json::object();
  if (label_width > 0) {
    program.y.emplace();
    program.y->data.shape = {100, label_width};
  }
  return program;
}

// Reading one takes a Python process: several tests share what was read.
mapping::Program benchmark_program(const std::string& id, const std::string& file) {
  static std::map<std::string, mapping::Program> known;
  const std::string path = std::string(DLFIX_SOURCE_DIR) + "/data/benchmark/" + id + "/" + file;
  if (const auto found = known.find(path); found != known.end()) return found->second;
  mapping::ProbeOptions options;
  options.probe_directory = std::string(DLFIX_SOURCE_DIR) + "/mapping/probe";
  return known[path] = mapping::inspect_program(path, options);
}

std::map<std::string, std::string> benchmark_ids() {
  std::map<std::string, std::string> ids;
  for (const auto& entry :
       fs::directory_iterator(std::string(DLFIX_SOURCE_DIR) + "/data/benchmark")) {
    std::ifstream file(entry.path() / "manifest.json");
    if (!file) continue;
    const json manifest = json::parse(file);
    if (manifest.contains("fl_id") && manifest["fl_id"].is_string()) {
      ids[entry.path().filename().string()] = manifest["fl_id"].get<std::string>();
    }
  }
  return ids;
}

}  // namespace dlfix::eval::testing
