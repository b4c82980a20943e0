// pass@k: how often one of k replies is enough.
#pragma once

namespace dlfix::eval {

/// The chance that at least one of k replies drawn without replacement from `replies`, of which
/// `passed` pass, is among those that pass: 1 - C(n - c, k) / C(n, k), the unbiased estimator.
/// Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code".
/// Errors: std::invalid_argument unless 0 <= passed <= replies and 1 <= k <= replies.
double pass_at_k(int replies, int passed, int k);

}  // namespace dlfix::eval
