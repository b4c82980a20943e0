// Programs trained as in the proof: its seeds, its rows.
#pragma once

#include <string>
#include <vector>

#include "agent/workflows/repair_state.h"

namespace dlfix::agent {

struct Contender {
  std::string name;
  const Subject* subject;
  mapping::Config changes;
};

/// One arm per contender, all in one batch; empty when interrupted.
std::vector<Arm> train_as_proof(RepairState& state, const std::vector<Contender>& contenders);

}  // namespace dlfix::agent
