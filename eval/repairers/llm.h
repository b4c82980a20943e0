// The LLM as a repair technique: its configs are candidates like any other, judged by retraining.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// Gives the configs to try, most promising first (distinct usable replies by frequency). Asked
/// again with everything that was measured so far until it gives nothing: a model that is shown
/// what its configs were worth. `measured` is empty the first time.
using CandidateSource = std::function<std::vector<mapping::Config>(
    const RepairContext& context, std::span<const TrialResult> measured)>;

/// Tries every distinct candidate with one seed, then gives more seeds to the better half again and
/// again (successive halving) until each finalist has four or the budget ends; so in every round of
/// the source. Best: the candidate with the best mean among those with the most seeds, if it beats
/// the faulty program; names outside the context's space (--only, --freeze) are dropped from a
/// candidate, which is said through `note`.
std::unique_ptr<Repairer> make_llm_repairer(CandidateSource source);

/// auto with a provider: the LLM's candidates first, then `next` from the best of them, one budget.
std::unique_ptr<Repairer> make_auto_repairer(CandidateSource source,
                                             std::unique_ptr<Repairer> next);

}  // namespace dlfix::eval
