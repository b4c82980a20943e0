#include "agent/cli/interrupt.h"

#include <unistd.h>
#include <csignal>

#include "agent/cli/exit_codes.h"

namespace dlfix::agent {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int) {
  if (requested.exchange(true)) _exit(kExitInterrupted);
}

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A reader that goes away (`| head`) must not look like a crash of ours.
  signal(SIGPIPE, SIG_IGN);
}

const std::atomic<bool>& interrupt_requested() { return requested; }

}  // namespace dlfix::agent
