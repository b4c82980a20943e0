// What the loss surface looks like along a training: features beside DeepFD's, to see what they
// give. Idea: Jahan, Evaluation-Strategy Gap in Fault Diagnosis of Deep Learning Programs, arXiv
// 2606.26492, where curvature is what helps on programs that were not learnt from.
#pragma once

#include <string>
#include <vector>

#include "eval/learning/labelled_rows.h"
#include "eval/localisers/deepfd/run_history.h"

namespace dlfix::eval {

/// ft_curvature_STATISTIC, ft_stability_STATISTIC: of the loss's second derivative along its
/// gradient over the checks, and of that times the learning rate (above 2 plain gradient descent
/// diverges).
std::vector<std::string> curvature_feature_names();

/// Their values; 0 where nothing was measured. Numbers beyond a million count as a million.
FeatureRow curvature_features(const MonitoredRun& run);

}  // namespace dlfix::eval
