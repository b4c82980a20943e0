// Localisers judged on programs whose faults are known: the benchmark's, put right or not, and the
// samples.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/localise/rule_report.h"
#include "eval/localisers/constant_answers.h"
#include "eval/metrics/localisation_scores.h"

namespace dlfix::agent {

enum class ProgramRole : std::uint8_t {
  kFaulty,  ///< of the study's localisation part
  kOther,   ///< of its repair part alone: looked at only to count rules
  kFixed,
  kSample,
  kFixedSample,
};

/// A program with what is known to be wrong with it.
struct KnownProgram {
  std::string id;     ///< as the localisation tables name it; of a fixed program its subject
  std::string group;  ///< programs of one group are made from one another
  ProgramRole role = ProgramRole::kFaulty;
  std::string file;
  eval::FaultLabels faults;         ///< as the study prints them; none of a fixed program
  eval::FaultLabels config_faults;  ///< as its configurations say
};

/// What localisers said of it.
struct JudgedProgram {
  KnownProgram known;
  bool captured = false;
  std::vector<eval::MergedFault> faults;  ///< of all sources, mended, before weights
  /// By localiser; of `combined` in the order of its ranking.
  std::map<std::string, eval::FaultLabels> labels;
  std::map<std::string, eval::FaultLabels> printed;  ///< layers as the tool prints them
  std::map<std::string, int> findings;               ///< how many faults it is said to have
  std::string note;
};

struct TableComparison {
  struct Difference {
    std::string fault, published, ours, cause;
    bool accepted = false;  ///< a reading of the row that is known to be another
  };
  int equal = 0;  ///< accepted readings included
  int of = 0;
  std::vector<Difference> differences;
};

struct LocalisationEvaluation {
  std::string reading;
  eval::Scores scores = eval::Scores::kCorrected;
  std::vector<std::string> localisers;
  std::vector<JudgedProgram> programs;
  std::map<std::string, TableComparison> comparison;
  eval::ConstantAnswers constant, config_constant;
  std::vector<std::string> notes;

  std::vector<const JudgedProgram*> with_role(ProgramRole role) const;
};

/// The benchmark's programs, each subject's fixed program once, and the samples. `home`: holds
/// data/benchmark and data/programs. Errors: as read_benchmark; InputError for a samples.json that
/// cannot be read.
std::vector<KnownProgram> known_programs(const std::string& home);

/// Reads and judges one program: `run` says whether its data code is run, which is tried without
/// where it fails.
using ReadKnownProgram = std::function<mapping::Program(const std::string& file, bool run)>;

struct JudgeOptions {
  std::vector<std::string> localisers;
  eval::ToolReading reading = eval::ToolReading::kStudy;
  bool run = true;
  bool dynamic = false;  ///< combined looks at trainings, too
  /// What deepfd has learnt in `reading`, and in the mended one; nullptr: it is left out.
  const eval::DeepFdModel* deepfd = nullptr;
  const eval::DeepFdModel* mended_deepfd = nullptr;
  bool combine = true;  ///< false: without combined, where one tool is asked for
};

/// Watches trainings of a captured faulty program for some tools; empty: static parts alone.
using WatchKnownProgram =
    std::function<WatchedRuns(const mapping::Program& program, const RuleOptions& rules)>;

/// Tools that look at trainings get them where `watch` is given. `combined` is always made of the
/// mended readings, with weights that were counted without the program's group. Errors: as the
/// tools, where a program can be read at all.
JudgedProgram judge_program(const KnownProgram& known, const JudgeOptions& options,
                            const ReadKnownProgram& read, const WatchKnownProgram& watch);

/// Best constant answers, from what was judged.
void finish_evaluation(LocalisationEvaluation& evaluation);

/// Against the tables of the study in `directory` (paper_tables.json, faults.json).
/// Errors: as eval::StudyFolder.
void compare_with_study(LocalisationEvaluation& evaluation, const std::string& directory);

/// Counts which findings were right, over everything that was judged.
eval::RuleWeights count_rules(const LocalisationEvaluation& evaluation);

nlohmann::json to_json(const LocalisationEvaluation& evaluation);
std::string to_text(const LocalisationEvaluation& evaluation);

}  // namespace dlfix::agent
