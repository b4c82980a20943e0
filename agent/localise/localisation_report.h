// What `localise` says: ranked findings at their places.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/localise/finding_replies.h"
#include "agent/localise/truth_scores.h"
#include "mapping/findings/placed_finding.h"

namespace dlfix::agent {

struct LocalisationReport {
  std::string program;
  std::string mapper;
  std::string prompt_template;
  std::vector<mapping::PlacedFinding> findings;  ///< faults, most votes first
  std::vector<mapping::PlacedFinding> advice;    ///< NEF: advice that names no fault
  int replies = 0;                               ///< that say anything
  mapping::ReplyStability stability;
  std::map<std::string, int> outcomes;  ///< of the requests
  int sent = 0;
  int stored = 0;
  std::int64_t tokens = 0;
  std::vector<std::string> notes;
  std::optional<TruthScores> truth;  ///< absent: no ground truth was given
};

LocalisationReport make_localisation_report(const mapping::Program& program,
                                            const FindingReplies& replies);

nlohmann::json to_json(const LocalisationReport& report);

/// In the manner of a compiler: `file:line:column: CODE name`, the line with the place marked, the
/// proposed change, the quotation. `sources`: path -> text, as mapping::read_sources gives them.
std::string to_text(const LocalisationReport& report,
                    const std::map<std::string, std::string>& sources);

}  // namespace dlfix::agent
