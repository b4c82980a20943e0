// Which requests go to a worker together, and in what order.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

/// Requests of one group (grouping.h), by their index.
struct Batch {
  std::vector<std::size_t> requests;
  double work = 0;  ///< GFLOP of all of them
};

/// Batches that wait for a worker. Longest first, and never more than a fair share at a time, so
/// that all workers end together (longest processing time first, with splitting).
class BatchQueue {
 public:
  /// One batch per group, of at most `cap` requests.
  BatchQueue(std::span<const TrainingRequest> requests, std::size_t cap);

  bool empty() const { return batches_.empty(); }
  std::size_t request_count() const;
  /// The next batch for one of `workers` workers, while the busy ones still have `running_work` to
  /// do. The queue must not be empty.
  Batch take(int workers, double running_work);
  /// Puts requests of one group back, as one batch.
  void put_back(std::vector<std::size_t> requests);

 private:
  double work_of(const std::vector<std::size_t>& requests) const;
  std::vector<double> work_;  ///< of each request
  std::vector<Batch> batches_;
};

}  // namespace dlfix::trainer
