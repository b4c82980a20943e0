#include "trainer/torch/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "trainer/torch/lanes.h"

namespace dlfix::trainer {
namespace {

// Mean over all but replicas and rows.
Tensor row_mean(const Tensor& values) {
  if (values.dim() == 2) return values;
  return values.reshape({values.size(0), values.size(1), -1}).mean(-1);
}

// The first largest number, NaN aside.
std::int64_t largest(const float* row, std::int64_t count) {
  const float value = largest_number(row, count);
  if (value == -std::numeric_limits<float>::infinity()) return 0;
  return std::find(row, row + count, value) - row;
}

// Whether two rows have their first largest numbers in one place: one search in place of two.
bool same_largest(const float* a, const float* b, std::int64_t count) {
  const float in_a = largest_number(a, count);
  const float in_b = largest_number(b, count);
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  if (in_a == kNone || in_b == kNone) return largest(a, count) == largest(b, count);
  std::int64_t i = 0;
  while (a[i] != in_a && b[i] != in_b) ++i;
  return a[i] == in_a && b[i] == in_b;
}

// 1 where `is_hit`(prediction's row, row's number) holds: one pass, where tensors take ten.
template <class F>
Tensor hits(const Tensor& p, F is_hit) {
  const Tensor rows = p.contiguous();
  const std::int64_t width = p.size(-1);
  std::vector<std::int64_t> sizes = p.sizes().vec();
  sizes.pop_back();
  Tensor result = at::empty(sizes, at::kFloat);
  const float* const from = rows.data_ptr<float>();
  float* const to = result.data_ptr<float>();
  const std::int64_t count = result.numel();
  for (std::int64_t i = 0; i < count; ++i) to[i] = is_hit(from + i * width, i) ? 1.0F : 0.0F;
  return row_mean(result);
}

Tensor with_channel(const Tensor& target, const Tensor& p) {
  Tensor t = target.to(at::kFloat);
  if (t.dim() == p.dim() - 1) t = t.unsqueeze(-1);
  return t;
}

Tensor binary_accuracy(const Tensor& p, const Tensor& target) {
  const Tensor t = with_channel(target, p);
  return row_mean((t == (p > 0.5).to(at::kFloat)).to(at::kFloat));
}

Tensor sparse_accuracy(const Tensor& p, const Tensor& target) {
  Tensor t = target;
  if (t.dim() == p.dim() && t.size(-1) == 1) t = t.squeeze(-1);
  if (p.is_cpu() && t.numel() * p.size(-1) == p.numel()) {
    const Tensor ids = t.to(at::kFloat).contiguous();
    const float* truth = ids.data_ptr<float>();
    return hits(p, [&](const float* row, std::int64_t i) {
      return truth[i] == static_cast<float>(largest(row, p.size(-1)));
    });
  }
  return row_mean((t.to(at::kFloat) == argmax_last(p).to(at::kFloat)).to(at::kFloat));
}

Tensor categorical_accuracy(const Tensor& p, const Tensor& target) {
  if (p.is_cpu() && target.sizes() == p.sizes()) {
    const Tensor classes = target.to(at::kFloat).contiguous();
    const float* truth = classes.data_ptr<float>();
    const std::int64_t width = p.size(-1);
    return hits(p, [&](const float* row, std::int64_t i) {
      return same_largest(truth + i * width, row, width);
    });
  }
  return row_mean((argmax_last(target.to(at::kFloat)) == argmax_last(p)).to(at::kFloat));
}

template <class T>
std::vector<T> row_of(const Tensor& matrix, std::int64_t replica) {
  const Tensor row = matrix.select(0, replica).contiguous();
  return std::vector<T>(row.template data_ptr<T>(), row.template data_ptr<T>() + row.numel());
}

std::string resolve_accuracy(const std::string& loss, const Tensor& p, const Tensor& t,
                             const Profile& profile) {
  if (p.size(-1) == 1) return "binary_accuracy";
  if (profile.accuracy_by_loss) {
    if (loss == "binary_crossentropy") return "binary_accuracy";
    if (loss == "sparse_categorical_crossentropy") return "sparse_categorical_accuracy";
    return "categorical_accuracy";
  }
  const bool ids = t.dim() < p.dim() || t.size(-1) == 1;
  return ids ? "sparse_categorical_accuracy" : "categorical_accuracy";
}

}  // namespace

bool is_row_metric(const std::string& metric) {
  return !is_rank_metric(metric) && metric != "loss";
}

bool is_rank_metric(const std::string& metric) { return metric == "f1" || metric == "auc"; }

Tensor row_metric(const std::string& metric, const std::string& loss, const Tensor& prediction,
                  const Tensor& target, const Profile& profile) {
  const Tensor p = prediction.detach();
  if (metric == "mae") return row_mean(at::abs(p - with_channel(target, p)));
  if (metric == "mse") {
    const Tensor d = p - with_channel(target, p);
    return row_mean(d * d);
  }
  const std::string kind =
      metric == "accuracy" ? resolve_accuracy(loss, p, target, profile) : metric;
  if (kind == "binary_accuracy") return binary_accuracy(p, target);
  if (kind == "sparse_categorical_accuracy") return sparse_accuracy(p, target);
  return categorical_accuracy(p, target);
}

Tensor argmax_last(const Tensor& x) {
  const Tensor known = at::where(
      at::isnan(x), at::full({}, -std::numeric_limits<double>::infinity(), x.options()), x);
  return known.argmax(-1);
}

Tensor predicted_classes(const Tensor& prediction) {
  const Tensor p = prediction.detach();
  Tensor classes = p.size(-1) == 1 ? (p > 0.5).squeeze(-1).to(at::kLong) : argmax_last(p);
  while (classes.dim() > 2) classes = classes.select(2, 0);
  return classes;
}

Tensor row_scores(const Tensor& prediction) {
  const Tensor p = prediction.detach();
  const Tensor flat = p.dim() > 3 ? p.reshape({p.size(0), p.size(1), -1}) : p;
  return flat.select(2, flat.size(2) == 2 ? 1 : 0);
}

void RankedRows::add(const Tensor& prediction, const Tensor& target) {
  scores_.push_back(row_scores(prediction));
  classes_.push_back(predicted_classes(prediction));
  truths_.push_back(target_classes(target));
}

void RankedRows::clear() {
  for (Tensors* list : {&scores_, &classes_, &truths_}) list->clear();
}

Tensor RankedRows::value(const std::string& metric) const {
  const Tensor scores = at::cat(scores_, 1).to(at::kCPU, at::kFloat);
  const Tensor classes = at::cat(classes_, 1).to(at::kCPU, at::kInt);
  const Tensor truths = at::cat(truths_, 1).to(at::kCPU, at::kInt);
  Tensor values = at::empty({scores.size(0)}, at::kDouble);
  for (std::int64_t r = 0; r < scores.size(0); ++r) {
    const auto truth = row_of<std::int32_t>(truths, r);
    double& value = values.data_ptr<double>()[r];
    if (metric == "f1") {
      value = macro_f1(row_of<std::int32_t>(classes, r), truth);
      continue;
    }
    std::vector<bool> positive;
    for (std::int32_t label : truth) positive.push_back(label == 1);
    value = roc_auc(row_of<float>(scores, r), positive);
  }
  return values;
}

Tensor target_classes(const Tensor& target) {
  Tensor t = target.to(at::kFloat);
  if (t.dim() > 2) t = t.size(-1) == 1 ? t.squeeze(-1) : argmax_last(t).to(at::kFloat);
  while (t.dim() > 2) t = t.select(2, 0);
  return at::round(t).to(at::kLong);
}

double macro_f1(const std::vector<std::int32_t>& predicted,
                const std::vector<std::int32_t>& truth) {
  std::set<std::int32_t> classes(truth.begin(), truth.end());
  classes.insert(predicted.begin(), predicted.end());
  std::map<std::int32_t, double> hits;
  std::map<std::int32_t, double> sizes;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    sizes[truth[i]] += 1;
    sizes[predicted[i]] += 1;
    if (truth[i] == predicted[i]) hits[truth[i]] += 2;
  }
  double sum = 0;
  for (std::int32_t label : classes) sum += hits[label] / sizes[label];
  return classes.empty() ? std::nan("") : sum / double(classes.size());
}

double roc_auc(const std::vector<float>& scores, const std::vector<bool>& positive) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (float score : scores) {
    if (std::isnan(score)) return std::nan("");
  }
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  double positives = 0;
  double rank_sum = 0;
  for (std::size_t i = 0; i < order.size();) {
    std::size_t end = i;
    while (end < order.size() && scores[order[end]] == scores[order[i]]) ++end;
    const double rank = (double(i + 1) + double(end)) / 2;
    for (; i < end; ++i) {
      if (positive[order[i]]) {
        positives += 1;
        rank_sum += rank;
      }
    }
  }
  const double negatives = double(scores.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nan("");
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace dlfix::trainer
