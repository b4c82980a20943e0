// A model's reply in a report: how it was read and what its config was worth.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::agent {

struct ReplyResult {
  std::string endpoint;
  double temperature = 0;
  int round = 0;  ///< 0: asked first; n: asked again with what n rounds measured
  /// How it was read (ok, ok_with_repairs, no_json, ...) or why it did not come; crash, nan,
  /// cannot_edit when its config gave no number; timeout when the budget ended before it.
  std::string outcome = {};
  std::string reason = {};                ///< of an outcome that is not ok
  std::vector<std::string> repairs = {};  ///< what was put right in reading it
  mapping::Config config = {};            ///< as tried
  double value = std::nan("");            ///< mean metric on the search rows
  bool passes = false;                    ///< see judge_replies()
};

/// The replies of one endpoint at one temperature in one round.
struct ReplyGroup {
  std::string endpoint;
  double temperature = 0;
  int round = 0;
  int replies = 0;
  int passed = 0;
  std::map<std::string, int> outcomes;
  std::map<int, double> pass_at;  ///< k -> pass@k
};

}  // namespace dlfix::agent
