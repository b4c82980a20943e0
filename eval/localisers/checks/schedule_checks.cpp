// Epochs and batches.
#include <fmt/format.h>

#include "eval/localisers/checks/check_facts.h"
#include "eval/localisers/input_facts.h"

namespace dlfix::eval::checks {
namespace {

constexpr double kFewUpdates = 300;
constexpr double kTinyBatch = 2;
constexpr double kHugeBatch = 1000;
constexpr double kUsualBatch = 128;
constexpr double kCopiedShare = 0.1;
constexpr double kBatchesAnEpoch = 4;  // fewer are too few where batches are large

bool has_large_batches(const Facts& facts) {
  if (facts.batch >= kHugeBatch) return true;
  return facts.is_captured() && facts.batch > kUsualBatch &&
         facts.rows / facts.batch < kBatchesAnEpoch;
}

// One epoch over copies of a few rows is many epochs over these.
bool repeats_rows(const Facts& facts) {
  const auto share = facts.is_captured() ? distinct_share(facts.program) : std::nullopt;
  return share && *share <= kCopiedShare;
}

}  // namespace

void check_schedule(const Facts& facts, Findings& findings) {
  const bool large = has_large_batches(facts);
  const bool few = facts.is_captured() && facts.model.update_steps < kFewUpdates;
  if (facts.epochs == 1 && !repeats_rows(facts)) {
    findings.push_back(finding("K05", "HNE", {}, "every row is seen only once",
                               "train for more epochs, until the validation loss rises"));
  } else if (facts.epochs > 1 && few && facts.epochs < kFewUpdates / kBatchesAnEpoch) {
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
