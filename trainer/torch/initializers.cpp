#include "trainer/torch/initializers.h"

#include <cmath>
#include <functional>
#include <map>

#include "trainer/torch/failure.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;
using Values = std::vector<float>;

constexpr double kTruncation = 2.0;
// Standard deviation of a standard normal truncated at two sigma.
constexpr double kTruncatedDeviation = 0.87962566103423978;

struct Draw {
  const json& options;
  const Shape& shape;
  PhiloxStream& stream;
  Values& values;

  double option(const char* name, double otherwise) const {
    const auto found = options.find(name);
    return found != options.end() && found->is_number() ? found->get<double>() : otherwise;
  }
};

void fill_constant(const Draw& draw, double value) {
  for (float& v : draw.values) v = static_cast<float>(value);
}

void fill_uniform(const Draw& draw, double low, double high) {
  for (float& v : draw.values) {
    v = static_cast<float>(low + draw.stream.next_uniform() * (high - low));
  }
}

void fill_normal(const Draw& draw, double mean, double deviation) {
  for (float& v : draw.values) v = static_cast<float>(mean + deviation * draw.stream.next_normal());
}

void fill_truncated(const Draw& draw, double mean, double deviation) {
  for (float& v : draw.values) {
    v = static_cast<float>(mean + deviation * draw.stream.next_truncated_normal(kTruncation));
  }
}

void fill_scaled(const Draw& draw, double scale, const std::string& mode,
                 const std::string& distribution) {
  const Fans fans = fans_of(draw.shape);
  const double divisor = mode == "fan_out"   ? fans.out
                         : mode == "fan_avg" ? (fans.in + fans.out) / 2
                                             : fans.in;
  const double variance = scale / std::max(1.0, divisor);
  if (distribution == "uniform") {
    const double limit = std::sqrt(3 * variance);
    fill_uniform(draw, -limit, limit);
  } else if (distribution == "untruncated_normal") {
    fill_normal(draw, 0, std::sqrt(variance));
  } else {
    fill_truncated(draw, 0, std::sqrt(variance) / kTruncatedDeviation);
  }
}

double column_dot(const std::vector<double>& m, std::int64_t rows, std::int64_t columns,
                  std::int64_t a, std::int64_t b) {
  double dot = 0;
  for (std::int64_t i = 0; i < rows; ++i) dot += m[i * columns + a] * m[i * columns + b];
  return dot;
}

// Gram-Schmidt, each column twice: the Q of a QR decomposition whose R has a positive diagonal,
// which is what Keras's sign correction makes of LAPACK's.
void orthonormalise(std::vector<double>& m, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t c = 0; c < columns; ++c) {
    for (int pass = 0; pass < 2; ++pass) {
      for (std::int64_t k = 0; k < c; ++k) {
        const double dot = column_dot(m, rows, columns, c, k);
        for (std::int64_t i = 0; i < rows; ++i) m[i * columns + c] -= dot * m[i * columns + k];
      }
    }
    const double norm = std::sqrt(column_dot(m, rows, columns, c, c));
    for (std::int64_t i = 0; i < rows; ++i) m[i * columns + c] /= norm;
  }
}

void fill_orthogonal(const Draw& draw) {
  if (draw.shape.size() < 2) {
    fail_as_crash("the orthogonal initialiser needs a weight of two or more dimensions");
  }
  const std::int64_t width = draw.shape.back();
  const std::int64_t height =
      static_cast<std::int64_t>(draw.values.size()) / std::max<std::int64_t>(width, 1);
  const std::int64_t rows = std::max(width, height);
  const std::int64_t columns = std::min(width, height);
  std::vector<double> m(static_cast<std::size_t>(rows * columns));
  for (double& v : m) v = draw.stream.next_normal();
  orthonormalise(m, rows, columns);
  const double gain = draw.option("gain", 1.0);
  for (std::int64_t i = 0; i < height; ++i) {
    for (std::int64_t j = 0; j < width; ++j) {
      const double v = height >= width ? m[i * columns + j] : m[j * columns + i];
      draw.values[i * width + j] = static_cast<float>(gain * v);
    }
  }
}

void fill_identity(const Draw& draw) {
  if (draw.shape.size() != 2) fail_as_crash("the identity initialiser needs a matrix");
  const double gain = draw.option("gain", 1.0);
  for (std::int64_t i = 0; i < std::min(draw.shape[0], draw.shape[1]); ++i) {
    draw.values[i * draw.shape[1] + i] = static_cast<float>(gain);
  }
}

void fill_variance_scaling(const Draw& draw) {
  fill_scaled(draw, draw.option("scale", 1.0), draw.options.value("mode", "fan_in"),
              draw.options.value("distribution", "truncated_normal"));
}

using Filler = std::function<void(const Draw&)>;

const std::map<std::string, Filler>& fillers() {
  static const std::map<std::string, Filler> kFillers{
      {"zeros", [](const Draw& d) { fill_constant(d, 0); }},
      {"ones", [](const Draw& d) { fill_constant(d, 1); }},
      {"constant", [](const Draw& d) { fill_constant(d, d.option("value", 0)); }},
      {"random_normal",
       [](const Draw& d) { fill_normal(d, d.option("mean", 0), d.option("stddev", 0.05)); }},
      {"truncated_normal",
       [](const Draw& d) { fill_truncated(d, d.option("mean", 0), d.option("stddev", 0.05)); }},
      {"random_uniform",
       [](const Draw& d) { fill_uniform(d, d.option("minval", -0.05), d.option("maxval", 0.05)); }},
      {"glorot_uniform", [](const Draw& d) { fill_scaled(d, 1, "fan_avg", "uniform"); }},
      {"glorot_normal", [](const Draw& d) { fill_scaled(d, 1, "fan_avg", "normal"); }},
      {"he_uniform", [](const Draw& d) { fill_scaled(d, 2, "fan_in", "uniform"); }},
      {"he_normal", [](const Draw& d) { fill_scaled(d, 2, "fan_in", "normal"); }},
      {"lecun_uniform", [](const Draw& d) { fill_scaled(d, 1, "fan_in", "uniform"); }},
      {"lecun_normal", [](const Draw& d) { fill_scaled(d, 1, "fan_in", "normal"); }},
      {"variance_scaling", fill_variance_scaling},
      {"orthogonal", fill_orthogonal},
      {"identity", fill_identity},
  };
  return kFillers;
}

std::string canonical_name(const json& spec) {
  static const std::map<std::string, std::string> kAliases{{"zero", "zeros"},
                                                           {"one", "ones"},
                                                           {"normal", "random_normal"},
                                                           {"uniform", "random_uniform"}};
  if (spec.is_null()) return "glorot_uniform";
  const std::string name = spec.is_string() ? spec.get<std::string>() : spec.value("class", "");
  const auto alias = kAliases.find(name);
  return alias == kAliases.end() ? name : alias->second;
}

}  // namespace

Fans fans_of(const Shape& shape) {
  if (shape.empty()) return {1, 1};
  if (shape.size() == 1) return {double(shape[0]), double(shape[0])};
  double field = 1;
  for (std::size_t i = 0; i + 2 < shape.size(); ++i) field *= double(shape[i]);
  return {field * double(shape[shape.size() - 2]), field * double(shape.back())};
}

std::vector<float> initial_values(const json& spec, const Shape& shape, PhiloxStream stream) {
  const std::string name = canonical_name(spec);
  const auto filler = fillers().find(name);
  if (filler == fillers().end()) {
    fail_as_unsupported("initialiser '" + (name.empty() ? spec.dump() : name) + "' is not known");
  }
  std::int64_t count = 1;
  for (std::int64_t dimension : shape) count *= dimension;
  Values values(static_cast<std::size_t>(count));
  static const json kNoOptions = json::object();
  const Draw draw{spec.is_object() ? spec : kNoOptions, shape, stream, values};
  filler->second(draw);
  return values;
}

}  // namespace dlfix::trainer
