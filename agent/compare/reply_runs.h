// A model's replies to a program as runs of a comparison (Table 9's rule).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/compare/comparison.h"
#include "agent/compare/measured_run.h"
#include "agent/compare/training_batch.h"
#include "agent/llm/reply_result.h"
#include "agent/workflows/subject.h"

namespace dlfix::agent {

class ReplyRuns {
 public:
  /// The program with the data that trainings of that seed have.
  using SubjectOfSeed = std::function<const Subject&(int seed)>;

  /// Adds to `batch` a training of every usable reply of the last round (seed: its index among
  /// them), and `config_seeds` trainings of every distinct config.
  ReplyRuns(const Column& column, const std::vector<ReplyResult>& replies,
            std::vector<std::string> notes, const SubjectOfSeed& subject, int config_seeds,
            TrainingBatch& batch);

  const std::string& name() const { return result_.column.name; }
  /// Whether all of its trainings are there.
  bool complete(const TrainingBatch& batch) const;
  /// Errors: as refuse_untrainable().
  ColumnResult result(const TrainingBatch& batch, const mapping::Program& program,
                      const RowsAsWritten& as_written) const;

 private:
  void add_run(const ReplyResult& reply, const SubjectOfSeed& subject, TrainingBatch& batch);

  ColumnResult result_;
  std::vector<std::optional<std::size_t>> run_places_;
  std::vector<std::vector<std::size_t>> seed_places_;  ///< of each distinct config
};

}  // namespace dlfix::agent
