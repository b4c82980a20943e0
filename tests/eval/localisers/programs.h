// Programs for the tests of localisers: made by hand, or the benchmark's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "eval/metrics/fault_labels.h"
#include "mapping/program/program.h"

namespace dlfix::eval::testing {

trainer::LayerSpec layer(const std::string& class_name,
                         nlohmann::json attributes = nlohmann::json::object());
trainer::LayerSpec dense(int units, const std::string& activation = "linear",
                         nlohmann::json more = nlohmann::json::object());
trainer::LayerSpec conv(int filters, int kernel, const std::string& activation = "linear",
                        const std::string& padding = "valid");
trainer::LayerSpec max_pool(int size = 2);
trainer::LayerSpec average_pool(int size = 2);

/// A sequential program that was not run. `label_width` 0: not known.
mapping::Program program_of(std::vector<trainer::LayerSpec> layers, trainer::Shape input,
                            const std::string& loss, std::int64_t label_width = 0);

/// A benchmark program by its folder, read without running it.
mapping::Program benchmark_program(const std::string& id, const std::string& file = "faulty.py");
/// Ids of the folders with a manifest, and under which name the localisation tables have each.
std::map<std::string, std::string> benchmark_ids();

}  // namespace dlfix::eval::testing
