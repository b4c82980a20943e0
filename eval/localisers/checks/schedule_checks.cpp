// Epochs and batches.
#include <fmt/format.h>

#include "eval/localisers/checks/check_facts.h"

namespace dlfix::eval::checks {
namespace {

constexpr double kFewUpdates = 300;
constexpr double kTinyBatch = 2;
constexpr double kHugeBatch = 1000;
constexpr double kUsualBatch = 128;
constexpr double kBatchesAnEpoch = 4;  // fewer are too few where batches are large

bool has_large_batches(const Facts& facts) {
  if (facts.batch >= kHugeBatch) return true;
  return facts.is_captured() && facts.batch > kUsualBatch &&
         facts.rows / facts.batch < kBatchesAnEpoch;
}

}  // namespace

void check_schedule(const Facts& facts, Findings& findings) {
  const bool large = has_large_batches(facts);
  const bool few = facts.is_captured() && facts.model.update_steps < kFewUpdates;
  if (facts.epochs == 1) {
    findings.push_back(finding("K05", "HNE", {}, "every row is seen only once",
                               "train for more epochs, until the validation loss rises"));
  } else if (few && facts.epochs < kFewUpdates / kBatchesAnEpoch) {
    findings.push_back(finding("K06", "HNE", {},
                               fmt::format("{:g} epochs are only {:g} updates of the weights",
                                           facts.epochs, facts.model.update_steps),
                               "train for more epochs"));
  }
  if (facts.batch <= kTinyBatch) {
    findings.push_back(finding(
        "K07", "HBS", {}, fmt::format("batches of {:g} give gradients of single rows", facts.batch),
        "use batches of 32 to 128 rows"));
  }
  if (large) {
    findings.push_back(
        finding("K08", "HBS", {},
                facts.is_captured()
                    ? fmt::format("batches of {:g} of {:g} rows leave few updates an epoch",
                                  facts.batch, facts.rows)
                    : fmt::format("batches of {:g} rows leave few updates an epoch", facts.batch),
                "use batches of 32 to 128 rows"));
  }
}

}  // namespace dlfix::eval::checks
