// dlfix-trainer: the process that trains. Started by client/worker_pool, speaks PROTOCOL.md.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "trainer/support/errors.h"
#include "trainer/torch/engine.h"
#include "trainer/worker/session.h"

namespace {

using dlfix::trainer::Engine;
using dlfix::trainer::EngineOptions;

/// Keeps standard output for the protocol: what libraries print goes to standard error.
int take_standard_output() {
  std::fflush(stdout);
  const int protocol = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return protocol;
}

int tell(int descriptor, const std::string& text) {
  return ::write(descriptor, text.data(), text.size()) < 0 ? 3 : 0;
}

struct Wish {
  bool version = false, kernels = false;
};

int run(const EngineOptions& options, const Wish& wish, int protocol) {
  if (wish.kernels) return tell(protocol, fmt::format("{:.1f}\n", Engine::measure_products()));
  Engine engine(options);
  if (wish.version) {
    return tell(protocol, fmt::format("{} on {}\n", engine.version(), engine.device()));
  }
  dlfix::trainer::serve(
      {engine.version(), engine.device(),
       [&engine](auto requests, const auto& callbacks) { engine.train(requests, callbacks); }},
      STDIN_FILENO, protocol);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // Ctrl-C is for the process that started us: it cancels, then closes our input.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app("Trains Keras models for dlfix-agent (see trainer/worker/PROTOCOL.md).",
               "dlfix-trainer");
  EngineOptions options;
  Wish wish;
  app.add_option("--device", options.device, "auto, cpu, cuda or cuda:N");
  app.add_option("--memory-share", options.memory_share, "share of the free memory to use")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--memory-bytes", options.memory_bytes, "bytes to use instead of a share");
  app.add_option("--memory-most", options.memory_most,
                 "a training that alone needs more than these bytes is refused");
  app.add_flag("--version", wish.version, "print LibTorch's version and the device");
  app.add_flag("--measure-kernels", wish.kernels, "print the GFLOP/s of a matrix product");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options, wish, take_standard_output());
  } catch (const dlfix::support::InputError& error) {
    fmt::print(stderr, "dlfix-trainer: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "dlfix-trainer: {}\n", error.what());
    return 3;
  }
}
