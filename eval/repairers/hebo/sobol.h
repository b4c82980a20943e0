// Sobol's low-discrepancy sequence.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval::hebo {

/// Points of the unit cube in Gray-code order, the first one all zeros (or the shift), with the
/// direction numbers of Joe and Kuo (new-joe-kuo-6.21201; SIAM J. Sci. Comput. 30, 2008) and 30
/// bits, as torch.quasirandom.SobolEngine. Scrambled: a random lower triangular matrix and a random
/// shift a dimension (Owen 1998, Matousek 1998). Dimensions beyond the table's are independent
/// uniform numbers.
class Sobol {
 public:
  static constexpr int kBits = 30;

  Sobol(std::size_t dimensions, bool scrambled, std::uint64_t seed);
  /// The next point; every coordinate in [0, 1).
  std::vector<double> next();

 private:
  using Directions = std::array<std::uint32_t, kBits>;

  std::vector<Directions> directions_;
  std::vector<std::uint32_t> state_;
  std::size_t random_dimensions_ = 0;
  RandomStream random_;
  std::uint64_t index_ = 0;
};

/// Degree, coefficients and initial numbers of dimensions 2, 3, ..., one after the other.
const std::vector<std::uint32_t>& sobol_table();

}  // namespace dlfix::eval::hebo
