// Reading layer attributes with Keras's defaults.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::trainer {

/// All throw support::InputError naming layer, source line and attribute: when a value is of the
/// wrong type, and the ones without a default also when it is missing or null.
std::int64_t integer_attribute(const LayerSpec& layer, const char* name);
std::int64_t integer_attribute(const LayerSpec& layer, const char* name, std::int64_t fallback);
bool truth_attribute(const LayerSpec& layer, const char* name, bool fallback);
std::string text_attribute(const LayerSpec& layer, const char* name, const char* fallback);
/// `rank` numbers; one number stands for all. An absent attribute gives `fallback`.
std::vector<std::int64_t> sizes_attribute(const LayerSpec& layer, const char* name,
                                          std::size_t rank,
                                          const std::vector<std::int64_t>& fallback);
/// A list of numbers of any length (target_shape, dims).
std::vector<std::int64_t> list_attribute(const LayerSpec& layer, const char* name);
/// [before, after] per dimension, from 1, [1, 2] or [[1, 1], [2, 2]] (padding, cropping).
std::vector<std::pair<std::int64_t, std::int64_t>> borders_attribute(const LayerSpec& layer,
                                                                     const char* name,
                                                                     std::size_t rank);
/// "Dense 'dense_1' (line 12)", for messages.
std::string describe(const LayerSpec& layer);

}  // namespace dlfix::trainer
