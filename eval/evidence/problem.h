// What kind of problem a captured program poses, judged from its arrays.
#pragma once

#include <cstdint>
#include <string>

#include "eval/metrics/labels.h"
#include "eval/repairers/search_space.h"

namespace dlfix::eval {

struct Problem {
  ProblemKind kind = ProblemKind::kUnknown;
  std::int64_t classes = 0;  ///< classes, or outputs of a multi-label or regression problem
  bool one_hot = false;      ///< class labels as rows with a single non-zero entry
  std::string sentence;      ///< "10 classes, one-hot labels"
};

/// Judges by the form of the training labels first, then by output width and loss where the labels
/// alone leave it open (whole numbers may be classes or a quantity). Labels that are class numbers
/// multiplied by a constant count as classes when loss or output asks for classes.
/// kUnknown when the program was not captured or has no labels.
/// Errors: InputError or EnvironmentError when an array cannot be read.
Problem detect_problem(const mapping::Program& program);

/// The same from labels already read.
Problem detect_problem(const mapping::Program& program, const Labels& labels);

/// True for losses that are meant for classes (cross-entropies, hinges, Kullback-Leibler).
bool is_classification_loss(const std::string& loss);

}  // namespace dlfix::eval
