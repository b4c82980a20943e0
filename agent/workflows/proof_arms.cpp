#include "agent/workflows/proof_arms.h"

#include "agent/workflows/arm.h"

namespace dlfix::agent {
namespace {

std::vector<trainer::TrainingRequest> requests_of(const Contender& contender, int seeds) {
  std::vector<trainer::TrainingRequest> requests;
  for (int i = 0; i < seeds; ++i) {
    requests.push_back(contender.subject->request(contender.changes,
                                                  contender.subject->plan.proof_use(i),
                                                  static_cast<std::uint64_t>(kFirstProofSeed + i)));
  }
  return requests;
}

}  // namespace

std::vector<Arm> train_as_proof(RepairState& state, const std::vector<Contender>& contenders) {
  std::vector<trainer::TrainingRequest> requests;
  for (const Contender& contender : contenders) {
    for (auto& request : requests_of(contender, state.prove_seeds)) {
      requests.push_back(std::move(request));
    }
  }
  const auto results = state.bench.train(requests);
  std::vector<Arm> arms;
  std::size_t index = 0;
  for (const Contender& contender : contenders) {
    std::vector<trainer::TrainingResult> own;
    for (int i = 0; i < state.prove_seeds; ++i, ++index) {
      if (!results[index]) return {};
      own.push_back(*results[index]);
    }
    arms.push_back(make_arm(contender.name, std::move(own)));
  }
  return arms;
}

}  // namespace dlfix::agent
