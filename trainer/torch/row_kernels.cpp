#include "trainer/torch/row_kernels.h"

#include <algorithm>

#include "trainer/torch/lanes.h"

namespace dlfix::trainer {
namespace {

/// A tensor as rows of its last dimension.
struct RowView {
  Tensor tensor;
  const float* numbers;
  std::int64_t rows, width;

  explicit RowView(const Tensor& given)
      : tensor(given.contiguous()),
        numbers(tensor.data_ptr<float>()),
        rows(given.numel() / std::max<std::int64_t>(given.size(-1), 1)),
        width(given.size(-1)) {}
  const float* row(std::int64_t i) const { return numbers + i * width; }
};

RowLosses room_for(const RowView& x) {
  std::vector<std::int64_t> sizes = x.tensor.sizes().vec();
  sizes.pop_back();
  return {at::empty(sizes, at::kFloat), at::empty(x.tensor.sizes(), at::kFloat)};
}

// For each row the logarithm of the sum of the exponentials of z, without computing them again:
// z - log(p) for any of them, most exactly for the largest.
Tensor log_sums(const RowView& z, const RowView& p, Tensor room) {
  float* const sums = room.data_ptr<float>();
  for (std::int64_t i = 0; i < p.rows; ++i) sums[i] = largest_number(p.row(i), p.width);
  room.log_();
  for (std::int64_t i = 0; i < z.rows; ++i) sums[i] = largest_number(z.row(i), z.width) - sums[i];
  return room;
}

}  // namespace

bool has_row_kernels(const Tensor& x) { return x.is_cpu() && x.scalar_type() == at::kFloat; }

Tensor repeat_rows(const Tensor& bias, std::int64_t rows) {
  const std::int64_t width = bias.size(1);
  Tensor repeated = at::empty({bias.size(0), rows, width}, at::kFloat);
  float* to = repeated.data_ptr<float>();
  for (std::int64_t r = 0; r < bias.size(0); ++r) {
    const float* from = bias.data_ptr<float>() + r * bias.stride(0);
    for (std::int64_t i = 0; i < rows; ++i, to += width) std::copy_n(from, width, to);
  }
  return repeated;
}

void sum_rows(const Tensor& x, const Tensor& sums) {
  const RowView rows(x);
  const std::int64_t each = x.size(1);
  for (std::int64_t r = 0; r < x.size(0); ++r) {
    float* const to = sums.data_ptr<float>() + r * sums.stride(0);
    std::fill_n(to, rows.width, 0.0F);
    for (std::int64_t i = r * each; i < (r + 1) * each; ++i) {
      const float* from = rows.row(i);
      for (std::int64_t k = 0; k < rows.width; ++k) to[k] += from[k];
    }
  }
}

Tensor softmax_rows(const Tensor& x) {
  const RowView rows(x);
  Tensor y = at::empty(x.sizes(), at::kFloat);
  float* const to = y.data_ptr<float>();
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    const float* from = rows.row(i);
    const float top = largest_number(from, rows.width);
    for (std::int64_t k = 0; k < rows.width; ++k) to[i * rows.width + k] = from[k] - top;
  }
  y.exp_();
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    float* const own = to + i * rows.width;
    const float sum = lane_sum(rows.width, [own](std::int64_t k) { return own[k]; });
    for (std::int64_t k = 0; k < rows.width; ++k) own[k] /= sum;
  }
  return y;
}

Tensor rectified_gradient(const Tensor& dy, const Tensor& y) {
  const Tensor given = dy.contiguous();
  const Tensor outputs = y.contiguous();
  Tensor dx = at::empty(given.sizes(), at::kFloat);
  const float* const from = given.data_ptr<float>();
  const float* const out = outputs.data_ptr<float>();
  float* const to = dx.data_ptr<float>();
  const std::int64_t count = given.numel();
  for (std::int64_t i = 0; i < count; ++i) to[i] = (out[i] > 0 ? 1.0F : 0.0F) * from[i];
  return dx;
}

RowLosses cross_entropy_rows(const Tensor& z, const Tensor& p, const Tensor& t) {
  const RowView logits(z), shares(p), targets(t);
  RowLosses losses = room_for(logits);
  float* const values = log_sums(logits, shares, losses.values).data_ptr<float>();
  float* gradient = losses.gradient.data_ptr<float>();
  for (std::int64_t i = 0; i < logits.rows; ++i, gradient += logits.width) {
    const float* const zs = logits.row(i);
    const float* const ps = shares.row(i);
    const float* const ts = targets.row(i);
    for (std::int64_t k = 0; k < logits.width; ++k) gradient[k] = ps[k] - ts[k];
    const float log_sum = values[i];
    values[i] = lane_sum(logits.width, [=](std::int64_t k) { return ts[k] * (log_sum - zs[k]); });
  }
  return losses;
}

RowLosses sparse_cross_entropy_rows(const Tensor& z, const Tensor& p, const Tensor& ids) {
  const RowView logits(z), shares(p);
  const Tensor chosen = ids.contiguous();
  const std::int64_t* const classes = chosen.data_ptr<std::int64_t>();
  RowLosses losses = room_for(logits);
  float* const values = log_sums(logits, shares, losses.values).data_ptr<float>();
  float* gradient = losses.gradient.data_ptr<float>();
  for (std::int64_t i = 0; i < logits.rows; ++i, gradient += logits.width) {
    const std::int64_t id = classes[i];
    TORCH_CHECK_INDEX(id >= 0 && id < logits.width, "class id ", id, " is out of range");
    values[i] -= logits.row(i)[id];
    std::copy_n(shares.row(i), logits.width, gradient);
    gradient[id] -= 1;
  }
  return losses;
}

RowLosses squared_error_rows(const Tensor& p, const Tensor& t) {
  const RowView outputs(p), targets(t);
  RowLosses losses = room_for(outputs);
  float* const values = losses.values.data_ptr<float>();
  float* gradient = losses.gradient.data_ptr<float>();
  const float width = static_cast<float>(outputs.width);
  for (std::int64_t i = 0; i < outputs.rows; ++i, gradient += outputs.width) {
    const float* const ps = outputs.row(i);
    const float* const ts = targets.row(i);
    for (std::int64_t k = 0; k < outputs.width; ++k) gradient[k] = 2 * (ps[k] - ts[k]) / width;
    const float sum = lane_sum(outputs.width, [=](std::int64_t k) {
      const float difference = ps[k] - ts[k];
      return difference * difference;
    });
    values[i] = sum / width;
  }
  return losses;
}

}  // namespace dlfix::trainer
