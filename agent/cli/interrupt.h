// Ctrl-C: the first asks the command to stop and show what it has, the second quits at once.
#pragma once

#include <atomic>

namespace dlfix::agent {

/// Installs the handlers of SIGINT and SIGTERM (once per process). A second signal ends the
/// process with status 130 without cleaning up: the store is safe against that at any moment.
void install_interrupt_handlers();

/// Set by the first signal. A signal handler can reach nothing but a global.
const std::atomic<bool>& interrupt_requested();

}  // namespace dlfix::agent
