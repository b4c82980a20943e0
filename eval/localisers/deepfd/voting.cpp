#include "eval/localisers/deepfd/voting.h"

#include <fmt/format.h>

#include <algorithm>

#include "eval/mutation/fault_seeding.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

void check_votes(const RunVotes& votes) {
  if (votes.runs < 1) throw support::InputError("there is no run to vote");
  for (const FaultBits& counts : votes.positives) {
    const auto [least, most] = std::ranges::minmax(counts);
    if (least < 0 || most > votes.runs) {
      throw support::InputError(fmt::format("{} of {} runs are positive", most, votes.runs));
    }
  }
}

}  // namespace

FaultBits voted_faults(const RunVotes& votes, const VoteOffsets& offsets) {
  check_votes(votes);
  FaultBits faults{};
  for (const FaultBits& counts : votes.positives) {
    for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
      if (9.0 * counts[label] > offsets[label] * votes.runs) faults[label] = 1;
    }
  }
  return faults;
}

RunVotes count_votes(const std::vector<std::vector<LabelRow>>& predicted) {
  RunVotes votes;
  for (const auto& runs : predicted) {
    votes.runs = static_cast<int>(runs.size());
    FaultBits counts{};
    for (const LabelRow& labels : runs) {
      for (std::size_t label = 0; label < kDeepFdLabels; ++label) counts[label] += labels[label];
    }
    votes.positives.push_back(counts);
  }
  return votes;
}

const std::string& deepfd_label(std::size_t label) { return seeded_types().at(label); }

const std::string& deepfd_fault_type(std::size_t label) {
  static const std::array<std::string, kDeepFdLabels> types = {"OCH", "HLR", "ACH", "LCH", "HNE"};
  return types.at(label);
}

}  // namespace dlfix::eval
