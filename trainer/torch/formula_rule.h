// A formula (update_formulas.h) as an update rule: on a processor one pass over the weights, on
// other devices whole tensors.
#pragma once

#include <algorithm>
#include <vector>

#include "trainer/torch/optimizers.h"

namespace dlfix::trainer {

struct RuleArgs {
  const std::vector<const OptimizerSpec*>& specs;
  const Profile& profile;
  const Tensor& like;                       ///< [r, P]
  const std::vector<std::int64_t>& counts;  ///< numbers of each weight, in the order of P
};

template <class Formula>
class FormulaRule : public UpdateRule {
 public:
  explicit FormulaRule(const RuleArgs& args) : counts_(args.counts) {
    for (const OptimizerSpec* spec : args.specs) replicas_.emplace_back(*spec, args.profile);
    for (int k = 0; k < Formula::kSlots; ++k) {
      slots_.push_back(at::zeros_like(args.like, at::MemoryFormat::Contiguous));
    }
    if constexpr (requires(const Replica& replica) { replica.initial; }) {
      std::vector<double> initial;
      for (const Replica& replica : replicas_) initial.push_back(replica.initial);
      slots_[0].add_(float_tensor(initial, args.like.device()).unsqueeze(1));
    }
  }

  void update(const Tensor& w, const Gradient& gradient, std::span<const float> lr) override {
    const Tensor& second = gradient.squares.defined() ? gradient.squares : gradient.sizes;
    for (Replica& replica : replicas_) replica.begin_step();
    std::int64_t offset = 0;
    for (std::size_t k = 0; k < spans(); ++k) {
      const std::int64_t count = spans() == 1 ? w.size(1) : counts_[k];
      const auto part = [&](const Tensor& whole) {
        return whole.defined() ? whole.narrow(1, offset, count) : whole;
      };
      std::vector<float> scalars(replicas_.size() * Formula::kScalars);
      for (std::size_t r = 0; r < replicas_.size(); ++r) {
        replicas_[r].scalars(lr[r], k, counts_.size(), &scalars[r * Formula::kScalars]);
      }
      Tensors slots;
      for (const Tensor& slot : slots_) slots.push_back(part(slot));
      if (w.is_cpu()) {
        sweep(part(w), slots, part(gradient.values), part(second), scalars);
      } else {
        compute(part(w), slots, part(gradient.values), part(second), scalars);
      }
      offset += count;
    }
  }

  std::vector<Tensor*> slots() override {
    std::vector<Tensor*> all;
    for (Tensor& slot : slots_) all.push_back(&slot);
    return all;
  }

  void select(const std::vector<std::int64_t>& keep) override {
    std::vector<Replica> rest;
    for (std::int64_t r : keep) rest.push_back(replicas_[static_cast<std::size_t>(r)]);
    replicas_ = std::move(rest);
    for (Tensor& slot : slots_) slot = slot.index_select(0, index_tensor(keep, slot.device()));
  }

 private:
  using Replica = typename Formula::Replica;
  static constexpr int kBuffers = std::max(Formula::kSlots, 1);

  // Weights share their scalars but for Keras 2.11's Nadam.
  std::size_t spans() const {
    if constexpr (requires(const Replica& replica) { replica.multiplies_anew; }) {
      if (replicas_[0].multiplies_anew) return counts_.size();
    }
    return 1;
  }

  struct Row {
    float* w;
    const float* g;
    const float* second;
    float* slots[kBuffers];
    std::int64_t count;
  };

  template <bool kHasSecond>
  static void sweep_row(const Row& row, const float* given) {
    float* const w = row.w;
    const float* const g = row.g;
    const float* const second = row.second;
    float* slots[kBuffers];
    float c[Formula::kScalars];
    std::copy(row.slots, row.slots + kBuffers, slots);
    std::copy(given, given + Formula::kScalars, c);
#pragma GCC ivdep
    for (std::int64_t i = 0; i < row.count; ++i) {
      float own[kBuffers];
      for (int k = 0; k < Formula::kSlots; ++k) own[k] = slots[k][i];
      float weight = w[i];
      if constexpr (kHasSecond) {
        const float other = second[i];
        Formula::template step<float>(weight, own, g[i], &other, c);
      } else {
        Formula::template step<float>(weight, own, g[i], nullptr, c);
      }
      for (int k = 0; k < Formula::kSlots; ++k) slots[k][i] = own[k];
      w[i] = weight;
    }
  }

  static float* row_of(const Tensor& matrix, std::int64_t r) {
    return matrix.data_ptr<float>() + r * matrix.stride(0);
  }

  void sweep(const Tensor& w, const Tensors& slots, const Tensor& g, const Tensor& second,
             const std::vector<float>& scalars) const {
    for (std::int64_t r = 0; r < w.size(0); ++r) {
      Row row{row_of(w, r),
              row_of(g, r),
              second.defined() ? row_of(second, r) : nullptr,
              {},
              w.size(1)};
      for (int k = 0; k < Formula::kSlots; ++k) row.slots[k] = row_of(slots[k], r);
      const float* c = &scalars[static_cast<std::size_t>(r) * Formula::kScalars];
      row.second != nullptr ? sweep_row<true>(row, c) : sweep_row<false>(row, c);
    }
  }

  void compute(const Tensor& w, const Tensors& slots, const Tensor& g, const Tensor& second,
               const std::vector<float>& scalars) const {
    const auto replicas = static_cast<std::int64_t>(replicas_.size());
    Tensor host = at::empty({replicas, Formula::kScalars}, at::kFloat);
    std::copy(scalars.begin(), scalars.end(), host.data_ptr<float>());
    const Tensor columns = host.to(w.device(), /*non_blocking=*/true);
    Tensor c[Formula::kScalars];
    for (int k = 0; k < Formula::kScalars; ++k) c[k] = columns.narrow(1, k, 1);
    Tensor own[kBuffers];
    for (int k = 0; k < Formula::kSlots; ++k) own[k] = slots[k];
    Tensor weight = w;
    Formula::template step<Tensor>(weight, own, g, second.defined() ? &second : nullptr, c);
    for (int k = 0; k < Formula::kSlots; ++k) slots[k].copy_(own[k]);
    w.copy_(weight);
  }

  std::vector<std::int64_t> counts_;
  std::vector<Replica> replicas_;
  Tensors slots_;
};

}  // namespace dlfix::trainer
