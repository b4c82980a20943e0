#include "trainer/torch/target_rules.h"

#include <algorithm>

namespace dlfix::trainer {
namespace {

std::string text_of(const Shape& shape) {
  std::string text = "(n";
  for (std::int64_t dimension : shape) text += ", " + std::to_string(dimension);
  return text + ")";
}

bool broadcasts(const Shape& a, const Shape& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const std::int64_t x = a[a.size() - 1 - i];
    const std::int64_t y = b[b.size() - 1 - i];
    if (x != y && x != 1 && y != 1) return false;
  }
  return true;
}

std::string mismatch(const TargetCase& subject) {
  return subject.loss + ": targets of shape " + text_of(subject.target) +
         " do not fit outputs of shape " + text_of(subject.output);
}

std::optional<std::string> sparse_problem(const TargetCase& subject) {
  Shape ids = subject.target;
  if (ids.size() == subject.output.size() && !ids.empty() && ids.back() == 1) ids.pop_back();
  const Shape rows(subject.output.begin(), subject.output.end() - 1);
  if (ids == rows) return std::nullopt;
  return mismatch(subject) + " (class ids are expected)";
}

// (n,) against (n, C): numpy's broadcasting meets ids with columns.
std::optional<std::string> rank1_problem(const TargetCase& subject) {
  const std::int64_t columns = subject.output.back();
  if (subject.output.size() == 1 && columns == 1) return std::nullopt;
  if (subject.loss == "categorical_crossentropy" || subject.loss == "binary_crossentropy") {
    return mismatch(subject);
  }
  for (std::int64_t batch : subject.batches) {
    if (batch != columns && batch != 1) {
      return mismatch(subject) + " in a batch of " + std::to_string(batch);
    }
  }
  return std::nullopt;
}

std::optional<std::string> equal_shape_problem(const TargetCase& subject, Shape target) {
  Shape expected = subject.output;
  if (subject.loss == "sparse_categorical_crossentropy") expected.back() = 1;
  if (target == expected) return std::nullopt;
  return mismatch(subject);
}

}  // namespace

std::vector<std::int64_t> batch_sizes(std::int64_t rows, std::int64_t batch_size) {
  std::vector<std::int64_t> sizes;
  if (rows >= batch_size) sizes.push_back(batch_size);
  if (rows % batch_size != 0) sizes.push_back(rows % batch_size);
  return sizes;
}

std::optional<std::string> target_problem(const TargetCase& given, const Profile& profile) {
  TargetCase subject = given;
  if (subject.output.empty()) return "the model's output has no dimension for values";
  if (subject.target.empty() && profile.expands_rank1_targets) subject.target = {1};
  if (profile.needs_equal_shapes) return equal_shape_problem(subject, subject.target);
  if (subject.loss == "sparse_categorical_crossentropy") return sparse_problem(subject);
  if (subject.target.empty()) return rank1_problem(subject);
  Shape target = subject.target;
  Shape output = subject.output;
  if (target.size() == output.size() + 1 && target.back() == 1) target.pop_back();
  if (output.size() == target.size() + 1 && output.back() == 1) output.pop_back();
  const bool strict_binary = subject.from_logits || !profile.binary_broadcasts;
  const bool strict = subject.loss == "categorical_crossentropy" ||
                      (subject.loss == "binary_crossentropy" && strict_binary);
  if (strict ? target != output : target.size() != output.size() || !broadcasts(target, output)) {
    return mismatch(subject);
  }
  return std::nullopt;
}

}  // namespace dlfix::trainer
