// The study's data folder, read once.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "eval/metrics/fault_labels.h"
#include "eval/published/csv_table.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

struct StudyFault {
  std::string id;      ///< as in Tables 4 and 9 and in the neutrality files
  std::string fl_id;   ///< as in Tables 5 to 14; empty: not in that half of the study
  std::string prompt;  ///< which repair prompt serves it
  bool artificial = true;
  bool higher_is_better = true;
  int decimals = 2;                ///< of its row in Table 9
  std::vector<std::string> names;  ///< of its hyperparameters, in declared order
  mapping::Config faulty;
  mapping::Config fixed;
  /// Name of a hyperparameter -> the fault that changing it mends.
  std::map<std::string, FaultLabel> labels;

  /// A name that the fault does not have makes a label that nothing matches.
  FaultLabel label_of(const std::string& name) const;
};

/// A node of a neutrality graph as published. Node 0 is the faulty program.
struct PublishedNode {
  int node = 0;
  int parent = -1;
  bool is_truth = false;
  mapping::Config config;
  mapping::Config parent_config;
  std::vector<double> values;  ///< ten trainings, two decimals
};

class StudyFolder {
 public:
  /// Reads faults.json and paper_tables.json. Errors: as recompute_published.
  explicit StudyFolder(std::string directory);

  const std::vector<StudyFault>& faults() const { return faults_; }
  /// By `id` or by `fl_id`. Errors: support::InputError for a fault that faults.json lacks.
  const StudyFault& fault(const std::string& id) const;
  const StudyFault& fault_by_fl_id(const std::string& fl_id) const;
  const std::vector<std::string>& search_losses() const { return search_losses_; }

  /// Rows of a table as printed. Errors: support::InputError when there is no such table.
  const nlohmann::json& rows(int table) const;
  /// The row with this printed id. Errors: support::InputError.
  const nlohmann::json& row(int table, const std::string& id) const;
  /// Numbers quoted in the text. Errors: support::InputError when the folder has none of the name.
  const nlohmann::json& quoted(const std::string& name) const;

  std::string file(const std::string& name) const { return directory_ + "/" + name; }
  CsvTable table_file(const std::string& name) const { return CsvTable(file(name)); }

  /// Published graphs by fault id, nodes in the order of the file.
  /// Errors: support::EnvironmentError when the file is not there, support::InputError.
  const std::map<std::string, std::vector<PublishedNode>>& graphs() const;

 private:
  std::string directory_;
  std::vector<StudyFault> faults_;
  std::vector<std::string> search_losses_;
  nlohmann::json paper_;
  mutable std::optional<std::map<std::string, std::vector<PublishedNode>>> graphs_;
};

/// Reads a JSON object as a config. Errors: nlohmann::json::exception.
mapping::Config config_of(const nlohmann::json& object);

}  // namespace dlfix::eval
