// dlfix-trainer: the process that trains. Started by client/worker_pool, speaks PROTOCOL.md.
#include <dlfcn.h>
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

/// A LibTorch that was linked without its package has its CUDA part in a library of its own, which
/// registers itself when it is loaded. Where there is none, the processor trains.
void load_cuda(const std::string& device) {
#ifdef DLFIX_TORCH_CUDA_AT_RUN_TIME
  if (device == "cpu") return;
  if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    fmt::print(stderr, "no CUDA: {}\n", ::dlerror());
  }
#else
  (void)device;
#endif
}

int run(const EngineOptions& options, bool version_only, int protocol) {
  load_cuda(options.device);
  Engine engine(options);
  if (version_only) {
    const std::string text = fmt::format("{} on {}\n", engine.version(), engine.device());
    return ::write(protocol, text.data(), text.size()) < 0 ? 3 : 0;
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
  bool version_only = false;
  app.add_option("--device", options.device, "auto, cpu, cuda or cuda:N");
  app.add_option("--memory-share", options.memory_share, "share of the free memory to use")
      ->check(CLI::Range(0.0, 1.0));
  app.add_flag("--version", version_only, "print LibTorch's version and the device");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options, version_only, take_standard_output());
  } catch (const dlfix::support::InputError& error) {
    fmt::print(stderr, "dlfix-trainer: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "dlfix-trainer: {}\n", error.what());
    return 3;
  }
}
