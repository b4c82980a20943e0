// Localisations of the study: what each tool and GPT-4 named, and how that scores.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "eval/metrics/localisation_scores.h"
#include "eval/published/study_folder.h"

namespace dlfix::eval {

inline constexpr const char* kGpt = "GPT-4";
/// In the order of the tables' columns.
inline constexpr std::array<const char*, 5> kLocalisers{"DFD", "DD", "NL", "UM", kGpt};
/// The table that lists a tool's findings: 10 for the first.
inline constexpr int kFirstToolTable = 10;

/// Recall, precision and F3 by the names of the tables.
struct Measure {
  const char* name;
  double LocalisationScore::*value;
};
inline constexpr std::array<Measure, 3> kMeasures{{{"RC", &LocalisationScore::recall},
                                                   {"PR", &LocalisationScore::precision},
                                                   {"F3", &LocalisationScore::f3}}};

/// A reply of GPT-4 as the study's authors mapped it (first mapping, which Table 5 rests on).
struct LocalisationReply {
  std::string fl_id;
  int repetition = 0;
  double answers = 0;
  double label_count = 0;  ///< as the authors count: a repeated label twice
  FaultLabels truth;
  FaultLabels labels;
  std::vector<std::string> names;  ///< hyperparameters that the labels speak of
};

class LocalisationData {
 public:
  explicit LocalisationData(const StudyFolder& folder) : folder_(folder) {}

  /// Errors: support::EnvironmentError when fl_results.csv is not there, support::InputError.
  const std::vector<LocalisationReply>& replies() const;

  /// Against the known ground truth; GPT-4: mean over its replies.
  LocalisationScore before(const std::string& tool, const std::string& fl_id, Scores scores,
                           const MatchingRules& rules = {}) const;
  /// Against the known and all alternative ground truths. As printed: graphs joined by the fault's
  /// name although the two halves number the MNIST faults differently, changes counted from the
  /// parent of the first alternative instead of the faulty program, and names that the study's
  /// script misspells match nothing. `known_rules` are for the known ground truth alone.
  LocalisationScore after(const std::string& tool, const std::string& fl_id, Scores scores,
                          const MatchingRules& known_rules = {}) const;

  /// The same for each reply of GPT-4, in the order of `replies`.
  std::vector<LocalisationScore> after_of_replies(const std::string& fl_id, Scores scores) const;

  /// Alternative ground truths of a fault, in either reading.
  std::vector<AlternativeTruth> alternatives(const std::string& fl_id, Scores scores) const;

  /// Tables 10 to 14: ground truth and findings of a tool.
  FaultLabels listed_truth(const std::string& tool, const std::string& fl_id) const;
  FaultLabels listed_output(const std::string& tool, const std::string& fl_id) const;

 private:
  LocalisationScore after_output(const std::string& tool, const std::string& fl_id, Scores scores,
                                 const MatchingRules& known_rules) const;

  const StudyFolder& folder_;
  mutable std::optional<std::vector<LocalisationReply>> replies_;
  /// What `after` gave by tool, fault and reading.
  mutable std::map<std::tuple<std::string, std::string, Scores>, LocalisationScore> after_;
};

/// The table with the findings of a tool.
int table_of_tool(const std::string& tool);

}  // namespace dlfix::eval
