// Task, data set and goal of a program in words, where the user gives none.
#pragma once

#include <string>
#include <vector>

#include "agent/settings/manifest.h"
#include "eval/evidence/problem.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// The problem of a captured program by its labels; of one that was only read by its metrics, loss
/// and last activation. Never kUnknown. Errors: as eval::detect_problem.
eval::Problem problem_of(const mapping::Program& program);

/// The words of the prompts: "classification problem" or "regression problem"; the data set's name
/// where the text says it, else empty; "increase the original accuracy" or the like.
Wording infer_wording(const mapping::Program& program, const eval::Problem& problem,
                      const std::string& metric);

/// What `given` says, and `inferred` where it says nothing.
Wording complete_wording(Wording given, const Wording& inferred);

/// "MNIST dataset" of a program that loads keras.datasets.mnist; a data set of scikit-learn or
/// tensorflow_datasets by its name; "artificially generated dataset" of make_blobs and its kin;
/// "randomly generated dataset" where the arrays are drawn; the file's name where one is read by a
/// literal name. Empty: it cannot be said. Comments are not read.
std::string dataset_name(const std::string& source);

/// Sizes, classes and the metric in sentences, for assist prompts.
std::vector<std::string> problem_facts(const mapping::Program& program,
                                       const eval::Problem& problem, const std::string& metric);

}  // namespace dlfix::agent
