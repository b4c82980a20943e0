// The trainer processes of a command.
#pragma once

#include <memory>
#include <string>

#include "agent/cli/resources.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// `device`: auto, cpu, cuda, cuda:N. Errors: EnvironmentError when dlfix-trainer is not there.
std::unique_ptr<trainer::Trainer> make_workers(const Resources& resources,
                                               const std::string& device);

}  // namespace dlfix::agent
