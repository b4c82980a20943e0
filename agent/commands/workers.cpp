#include "agent/commands/workers.h"

#include "trainer/client/worker_pool.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {

std::unique_ptr<trainer::Trainer> make_workers(const Resources& resources,
                                               const std::string& device) {
  if (resources.trainer.empty()) {
    throw support::EnvironmentError(
        "dlfix-trainer: is not beside dlfix-agent nor in libexec",
        "build with LibTorch (-DDLFIX_WITH_TORCH=ON), or set DLFIX_TRAINER");
  }
  trainer::WorkerOptions options;
  options.executable = resources.trainer;
  options.device = device;
  return trainer::make_worker_pool(options);
}

}  // namespace dlfix::agent
