// DeepFD judged under every protocol, beside what needs no learning.
// Jahan: Evaluation-Strategy Gap in Fault Diagnosis of Deep Learning Programs, arXiv 2606.26492.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "eval/localisers/deepfd/held_out.h"

namespace dlfix::eval {

struct JudgedProtocol {
  std::string name;     ///< rows, within_programs, programs, data_sets, programs/loss, ...
  std::string offsets;  ///< learned, published, none, majority
  HeldOutResult result;
  double precision = 0;  ///< mean over versions of right among said; 0 where nothing is said
  double recall = 0;     ///< mean over versions with a fault
};

struct DeepFdJudgement {
  std::size_t programs = 0, data_sets = 0, versions = 0, survivors = 0, runs = 0;
  FaultBits positives{};  ///< versions that have the fault
  std::vector<JudgedProtocol> protocols;
  /// Macro balanced accuracy within programs less that on held-out ones, equally many versions to
  /// learn from.
  double gap = 0;
  double program_recall = 0;  ///< how well the features tell the program; 1 / programs by chance
  /// Of each label, how often it was right where it was said of held-out programs.
  std::array<double, kDeepFdLabels> reliability{};
};

/// Of each version the first `runs` runs; 0: all.
DeepFdTable with_runs(DeepFdTable table, std::size_t runs);

/// Errors: InputError of check_table, and for fewer than two programs.
DeepFdJudgement judge_deepfd(const DeepFdTable& table, const HeldOutOptions& options);

nlohmann::json to_json(const DeepFdJudgement& judgement);
std::string to_text(const DeepFdJudgement& judgement);

}  // namespace dlfix::eval
