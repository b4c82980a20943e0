// DeepFD's seeding of faults into programs that work.
// Cao et al.: DeepFD: Automated Fault Diagnosis and Localization for Deep Learning Programs, ICSE
// 2022; public code ArabelaTso/DeepFD (commit 9fe0895).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "eval/mutation/mutant.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {

/// opt, lr, act, loss, epoch: DeepFD's fault types in the order of its labels.
const std::vector<std::string>& seeded_types();

/// One fault with a value drawn evenly:
/// - loss: a regression loss for a cross-entropy, and the other way round; else any of the six;
/// - lr: 1 to 10, or 1e-10 to 1e-15, by the toss of a coin, drawn again up to ten times while it is
///   the current one; without a rate in the program's text the optimiser's other parameters go;
/// - epoch: the epochs divided by 10 to 50; where that changes nothing, at most 9, at least 1;
/// - opt: another of SGD, RMSprop, Adam, Adadelta, Adagrad, with what the text says of parameters
///   that it knows;
/// - act: another of nine for the last layer that has an activation and is not named "activation".
/// Errors: InputError for an unknown type.
MutationOutcome seed_fault(const mapping::Program& program, const std::string& type,
                           RandomStream& random);

/// Several faults at once: `count` types drawn from those that have a killed mutant, and one of its
/// killed mutants each. `why_not` where fewer types have one. `killed`: by type.
/// Errors: InputError for fewer than two faults or an unknown type.
MutationOutcome seed_faults(const std::map<std::string, std::vector<Mutant>>& killed, int count,
                            RandomStream& random);

/// Which types a mutant's name says, as 0 or 1 in the order of seeded_types(); all 0 for "origin"
/// and for mutants of other operators.
std::vector<int> seeded_labels(const Mutant& mutant);

}  // namespace dlfix::eval
