// The training problems that AutoTrainer knows (ICSE 2021, section IV).
#pragma once

#include <cstdint>
#include <string_view>

namespace dlfix::eval::autotrainer {

enum class Problem : std::uint8_t {
  kVanishing,    ///< vanishing gradients
  kExploding,    ///< exploding gradients, or numbers that are none
  kDying,        ///< dying ReLU
  kOscillating,  ///< oscillating accuracy
  kSlow,         ///< slow convergence
};

/// As the tool's log has it: vanish, explode, relu, unstable, not_converge.
std::string_view to_string(Problem problem);

}  // namespace dlfix::eval::autotrainer
