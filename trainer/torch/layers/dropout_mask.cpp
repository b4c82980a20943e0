#include "trainer/torch/layers/dropout_mask.h"

#include <algorithm>
#include <cmath>

#include "trainer/torch/failure.h"
#include "trainer/torch/philox.h"

namespace dlfix::trainer {
namespace {

double checked_rate(const nlohmann::json& value, const Profile& profile) {
  if (value.is_null()) return 0;
  if (!value.is_number()) fail_as_crash("dropout rate must be a number, not " + value.dump());
  const double rate = value.get<double>();
  if (rate == 1 && profile.full_dropout == FullDropout::kIdentity) return 0;
  if (rate < 0 || rate > 1 || (rate == 1 && profile.full_dropout == FullDropout::kCrash)) {
    fail_as_crash("dropout rate " + value.dump() + " is outside [0, 1)");
  }
  return rate;
}

void fill_mask(float* mask, std::int64_t count, double rate, const PhiloxStream& stream) {
  const auto scale = static_cast<float>(rate < 1 ? 1 / (1 - rate) : 0);
  // At rate 1 all is dropped, whatever the words: the scale is 0. In 32 bits the loop is
  // vectorised.
  const auto threshold =
      static_cast<std::uint32_t>(std::min(std::llround(rate * 4294967296.0), 0xFFFFFFFFLL));
  constexpr std::int64_t kWords = std::tuple_size_v<PhiloxStream::EightBlocks>;
  for (std::int64_t i = 0; i < count; i += kWords) {
    const auto words = stream.eight_blocks(static_cast<std::uint32_t>(i / 4));
    const std::int64_t size = std::min(kWords, count - i);
    for (std::int64_t k = 0; k < size; ++k) mask[i + k] = words[k] >= threshold ? scale : 0.0F;
  }
}

}  // namespace

std::vector<double> dropout_rates(const std::vector<nlohmann::json>& values,
                                  const Profile& profile) {
  std::vector<double> rates;
  for (const auto& value : values) rates.push_back(checked_rate(value, profile));
  return rates;
}

Tensor dropout_mask(const std::vector<double>& rates, std::int64_t rows, const Shape& shape,
                    const CallContext& context, std::uint32_t stream) {
  const auto replicas = static_cast<std::int64_t>(rates.size());
  Tensor mask = at::empty(with_leading({replicas, rows}, shape), at::kFloat);
  const std::int64_t count = rows * element_count(shape);
  for (std::int64_t r = 0; r < replicas; ++r) {
    const PhiloxStream words((*context.seeds)[r], RandomPurpose::kDropout, stream, context.step);
    fill_mask(mask.data_ptr<float>() + r * count, count, rates[r], words);
  }
  return mask;
}

}  // namespace dlfix::trainer
