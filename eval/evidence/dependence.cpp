#include "eval/evidence/dependence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

constexpr int kPermutations = 40;
constexpr std::size_t kNeighbours = 3;
constexpr std::size_t kStatistics = 4;

using Statistics = std::array<double, kStatistics>;
using Classes = std::vector<std::size_t>;

/// Columns with mean 0 and standard deviation 1, without the constant ones; float for speed.
struct Features {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;
  const float* row(std::size_t index) const { return values.data() + index * columns; }
};

Features standardised(const Table& table) {
  Features features;
  features.rows = static_cast<std::size_t>(table.rows);
  std::vector<std::int64_t> kept;
  std::vector<double> centres, scales;
  std::vector<double> column(features.rows);
  for (std::int64_t c = 0; c < table.columns; ++c) {
    for (std::int64_t r = 0; r < table.rows; ++r) {
      column[static_cast<std::size_t>(r)] = table.at(r, c);
    }
    const double sd = population_sd(column);
    if (!(sd > 1e-12) || !std::isfinite(sd)) continue;
    kept.push_back(c);
    centres.push_back(mean(column));
    scales.push_back(1 / sd);
  }
  features.columns = kept.size();
  for (std::int64_t r = 0; r < table.rows; ++r) {
    for (std::size_t i = 0; i < kept.size(); ++i) {
      features.values.push_back(
          static_cast<float>((table.at(r, kept[i]) - centres[i]) * scales[i]));
    }
  }
  return features;
}

float distance(const float* a, const float* b, std::size_t count) {
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

std::vector<std::array<std::size_t, kNeighbours>> neighbours_of(const Features& features) {
  const std::size_t n = features.rows;
  std::vector<float> distances(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      distances[i * n + j] = distance(features.row(i), features.row(j), features.columns);
      distances[j * n + i] = distances[i * n + j];
    }
  }
  std::vector<std::array<std::size_t, kNeighbours>> nearest(n);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < n; ++i) {
    order.resize(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(i));
    std::partial_sort(
        order.begin(), order.begin() + kNeighbours, order.end(),
        [&](std::size_t a, std::size_t b) { return distances[i * n + a] < distances[i * n + b]; });
    std::copy_n(order.begin(), kNeighbours, nearest[i].begin());
  }
  return nearest;
}

/// Sums of the features per class over the rows whose number is `parity` modulo 2 (2: all rows).
struct ClassSums {
  std::vector<double> sums, counts;
};

ClassSums class_sums(const Features& features, const Classes& classes, std::size_t count,
                     std::size_t parity) {
  ClassSums result{std::vector<double>(count * features.columns, 0.0),
                   std::vector<double>(count, 0.0)};
  for (std::size_t r = 0; r < features.rows; ++r) {
    if (parity < 2 && r % 2 != parity) continue;
    const float* row = features.row(r);
    double* sums = result.sums.data() + classes[r] * features.columns;
    for (std::size_t c = 0; c < features.columns; ++c) sums[c] += row[c];
    result.counts[classes[r]] += 1;
  }
  return result;
}

/// Strongest and mean share of a feature's variance that lies between the classes.
std::pair<double, double> between_classes(const Features& features, const Classes& classes,
                                          std::size_t count) {
  const ClassSums all = class_sums(features, classes, count, 2);
  double strongest = 0;
  double total = 0;
  for (std::size_t c = 0; c < features.columns; ++c) {
    double share = 0;
    for (std::size_t k = 0; k < count; ++k) {
      const double sum = all.sums[k * features.columns + c];
      if (all.counts[k] > 0) share += sum * sum / all.counts[k];
    }
    share /= static_cast<double>(features.rows);
    strongest = std::max(strongest, share);
    total += share;
  }
  return {strongest, total / static_cast<double>(std::max<std::size_t>(1, features.columns))};
}

/// Share of the odd rows whose class centre, taken from the even rows, is the nearest.
double centre_hits(const Features& features, const Classes& classes, std::size_t count) {
  const ClassSums even = class_sums(features, classes, count, 0);
  std::vector<float> centres(even.sums.size());
  for (std::size_t i = 0; i < centres.size(); ++i) {
    centres[i] =
        static_cast<float>(even.sums[i] / std::max(1.0, even.counts[i / features.columns]));
  }
  double hits = 0;
  for (std::size_t r = 1; r < features.rows; r += 2) {
    std::size_t best = 0;
    float least = INFINITY;
    for (std::size_t k = 0; k < count; ++k) {
      if (even.counts[k] == 0) continue;
      const float far =
          distance(features.row(r), centres.data() + k * features.columns, features.columns);
      if (far < least) least = far, best = k;
    }
    hits += best == classes[r] ? 1 : 0;
  }
  return hits / std::max(1.0, std::floor(static_cast<double>(features.rows) / 2));
}

struct Tester {
  Features features;
  std::vector<std::array<std::size_t, kNeighbours>> nearest;
  std::size_t count;

  Statistics of(const Classes& classes) const {
    double agreed = 0;
    for (std::size_t r = 0; r < features.rows; ++r) {
      for (const std::size_t other : nearest[r]) agreed += classes[other] == classes[r] ? 1 : 0;
    }
    agreed /= static_cast<double>(features.rows * kNeighbours);
    const auto [strongest, typical] = between_classes(features, classes, count);
    return {agreed, strongest, typical, centre_hits(features, classes, count)};
  }
};

Classes as_classes(const std::vector<double>& labels, bool classes) {
  Classes result;
  if (!classes) {
    const double middle = median(labels);
    for (const double label : labels) result.push_back(label > middle ? 1 : 0);
    return result;
  }
  std::map<double, std::size_t> numbers;
  for (const double label : labels) numbers.emplace(label, 0);
  std::size_t next = 0;
  for (auto& [label, number] : numbers) number = next++;
  for (const double label : labels) result.push_back(numbers[label]);
  return result;
}

}  // namespace

Dependence measure_dependence(const Table& inputs, const std::vector<double>& labels, bool classes,
                              std::uint64_t seed) {
  Tester tester{standardised(inputs), {}, 0};
  if (tester.features.columns == 0 || tester.features.rows <= kNeighbours + 1) return {};
  tester.nearest = neighbours_of(tester.features);
  Classes real = as_classes(labels, classes);
  tester.count = *std::max_element(real.begin(), real.end()) + 1;
  const Statistics seen = tester.of(real);
  RandomStream random(seed);
  std::array<std::vector<double>, kStatistics> null;
  for (int i = 0; i < kPermutations; ++i) {
    shuffle(real, random);
    const Statistics drawn = tester.of(real);
    for (std::size_t k = 0; k < kStatistics; ++k) null[k].push_back(drawn[k]);
  }
  Dependence result{-INFINITY, seen[0], mean(null[0])};
  for (std::size_t k = 0; k < kStatistics; ++k) {
    const double spread = std::max(1e-9, sample_sd(null[k]));
    result.z = std::max(result.z, (seen[k] - mean(null[k])) / spread);
  }
  return result;
}

}  // namespace dlfix::eval
