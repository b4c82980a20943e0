// What measuring needs to know of the study: the folds, and the layers of its programs. Built in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::eval {

struct Folds {
  std::vector<std::vector<std::string>> faults;  ///< fl_ids, one list a fold
  std::size_t left_out = 0;                      ///< index of the fold that no rule was written for
  /// True for faults that no rule was written looking at: of the left-out fold, or of none.
  bool is_left_out(const std::string& fault) const;
};

Folds study_folds();

/// Faulty programs of the study as layers, by fl_id; a fault that is not known has an empty model.
trainer::ModelSpec study_model(const std::string& fault);

/// What a TF-IDF bag of words with logistic regression reaches (scripts/mapping_baseline): name of
/// a figure -> value.
std::map<std::string, double> baseline_figures();

}  // namespace dlfix::eval
