// What a neutrality analysis found, as a value, as JSON, and read back as ground truths.
// Source: paper section 4, Table 4.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "eval/metrics/fault_labels.h"
#include "eval/truths/neutrality_search.h"
#include "eval/truths/node_kind.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

/// The repair that is known beforehand.
struct KnownFix {
  std::string name;
  mapping::Config config;            ///< its value of every name in the graph
  std::vector<double> values;        ///< measured as the nodes are
  std::vector<double> final_values;  ///< on rows that the search did not see; empty: not measured
};

struct NeutralityResult {
  std::string program;
  std::string metric;
  bool higher_is_better = true;
  Scores scores = Scores::kCorrected;
  int seeds = 10;
  KnownFix fix;
  NeutralityGraph graph;
  /// Of alternatives, by node: values on the rows of `fix.final_values`.
  std::map<int, std::vector<double>> final_values;
  std::map<int, FaultLabels> fault_types;  ///< of alternatives, by node
  std::string stopped_because;             ///< "no nodes left", "budget", "interrupted"
};

/// Alternatives: nodes of the graph that reach the fix, and those the study would drop. By node.
std::vector<const NeutralityNode*> alternatives_of(const NeutralityResult& result);

/// Whether an alternative reaches the fix on final rows as well; nullopt: not measured.
std::optional<bool> is_confirmed(const NeutralityResult& result, int node);

/// Names on which a node differs from the faulty config, with its values.
mapping::Config changes_of(const NeutralityResult& result, const NeutralityNode& node);

/// Mean over the alternatives of how far their fitness lies above the fix's (below it, where lower
/// is better); NaN without alternatives.
double mean_improvement(const NeutralityResult& result);
/// Mean over the alternatives of how many names differ from the fix; NaN without alternatives.
double mean_complexity(const NeutralityResult& result);

inline constexpr int kNeutralityVersion = 1;  ///< of the JSON document

/// Program, metric, scores, hyperparameters (order), faulty, fix, nodes, dropped (each
/// {id, parent, changes, values, fitness, kind, is_truth, confirmed, final_values, fault_types}),
/// and the figures above.
nlohmann::ordered_json to_json(const NeutralityResult& result);

/// Reads back what to_json() wrote (and what `neutrality --output` wrote as JSON).
/// Errors: as read_found_truths.
NeutralityResult read_neutrality(const nlohmann::json& document, const std::string& file);

/// A ground truth that an analysis found.
struct FoundTruth {
  std::string name;  ///< "node 25"
  mapping::Config changes;
  FaultLabels fault_types;
  std::vector<double> values;  ///< final ones where there are
};

/// True for a document that to_json() wrote.
bool is_neutrality_document(const nlohmann::json& document);
/// Its alternatives; those that final rows refuted are left out.
/// Errors: support::InputError naming what is missing (`file` begins the message).
std::vector<FoundTruth> read_found_truths(const nlohmann::json& document, const std::string& file);

}  // namespace dlfix::eval
