#include "trainer/torch/batches.h"

#include <algorithm>
#include <numeric>

#include "trainer/torch/philox.h"

namespace dlfix::trainer {

void Batches::start_pass(const std::vector<std::uint64_t>& seeds) {
  const auto replicas = static_cast<std::int64_t>(seeds.size());
  if (plan_.shuffle || !order_.defined()) {
    Tensor order = at::empty({replicas, plan_.rows}, at::kLong);
    for (std::int64_t r = 0; r < replicas; ++r) {
      std::int64_t* row = order.data_ptr<std::int64_t>() + r * plan_.rows;
      if (plan_.shuffle) {
        const auto permutation = random_permutation(
            plan_.rows, PhiloxStream(seeds[r], RandomPurpose::kShuffle, 0, pass_));
        std::copy(permutation.begin(), permutation.end(), row);
      } else {
        std::iota(row, row + plan_.rows, 0);
      }
    }
    order_ = order.to(device_);
  }
  cursor_ = 0;
  ++pass_;
}

bool Batches::epoch_is_over() const {
  const bool data_ended = order_.defined() && cursor_ >= plan_.rows;
  if (!plan_.steps_per_epoch) return data_ended && steps_ > 0;
  if (steps_ >= *plan_.steps_per_epoch) return true;
  return plan_.restarts && data_ended && steps_ > 0;
}

std::optional<Tensor> Batches::next(const std::vector<std::uint64_t>& seeds) {
  if (plan_.rows == 0 || epoch_is_over()) return std::nullopt;
  if (!order_.defined() || cursor_ >= plan_.rows) start_pass(seeds);
  const std::int64_t size = std::min(plan_.batch_size, plan_.rows - cursor_);
  const Tensor batch = order_.narrow(1, cursor_, size).reshape(-1);
  cursor_ += size;
  ++steps_;
  return batch;
}

void Batches::select(const Tensor& keep) {
  if (order_.defined()) order_ = order_.index_select(0, keep);
}

}  // namespace dlfix::trainer
