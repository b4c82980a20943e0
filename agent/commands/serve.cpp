// `dlfix-agent serve`
#include "agent/commands/serve.h"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/common_options.h"
#include "agent/serve/app.h"

namespace dlfix::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kTrimPause = 5s;  ///< between two times that free memory goes back to the system

void tell(const serve::App& app, const serve::ServeOptions& options) {
  // The token gives what the user may do here; it is shown to a person only, never to a log.
  const bool person = isatty(STDERR_FILENO) != 0;
  fmt::print(stderr, "serving {} at {}{}\n", options.root, app.url(),
             person ? "/#token=" + app.token() : "/");
  fmt::print(stderr, "run file: {}\n", app.run_file());
  fmt::print(stderr, "programs are {}\n",
             options.allow_run ? "run for repairs, contained by " + app.containment()
                               : "read and never run; repairs need --allow-run");
}

/// A person is asked; a script says it by the option.
bool accept_exposure() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return false;
  fmt::print(stderr, "warning: {}\nGo on? Type yes: ", serve::exposure_warning());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

/// A thread a connection, each with an arena of its own, would hold ever more memory that none
/// uses; so would documents that are allocated and freed by hundreds among what stays.
void keep_memory_flat() {
  constexpr int kArenas = 2;
  constexpr int kMapped = 64 * 1024;  // larger blocks go back to the system when they are freed
  mallopt(M_ARENA_MAX, kArenas);
  mallopt(M_MMAP_THRESHOLD, kMapped);
}

int serve_root(serve::ServeOptions options) {
  keep_memory_flat();
  const bool beyond = !options.tls_certificate.empty() && !serve::is_loopback(options.host);
  if (beyond && !options.exposure_accepted) options.exposure_accepted = accept_exposure();
  options.executable = own_executable();
  options.resources = find_resources(options.executable);
  install_interrupt_handlers();
  serve::App app(options, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  tell(app, options);
  std::jthread watcher([&app](const std::stop_token& ended) {
    auto trimmed = std::chrono::steady_clock::now();
    while (!ended.stop_requested()) {
      if (interrupt_requested()) app.stop();
      std::this_thread::sleep_for(50ms);
      if (std::chrono::steady_clock::now() - trimmed < kTrimPause) continue;
      malloc_trim(0);
      trimmed = std::chrono::steady_clock::now();
    }
  });
  app.run();
  return interrupt_requested() ? kExitSuccess : kExitEnvironment;
}

void add_safety_options(CLI::App& app, serve::ServeOptions& options) {
  app.add_flag("--allow-run", options.allow_run,
               "Let clients run programs below the root, in a sandbox: needed to repair");
  app.add_option("--run-memory", options.run_memory_mb, "MB that programs may take together")
      ->check(CLI::Range(64, 1 << 24))
      ->capture_default_str();
  app.add_option("--run-processes", options.run_processes, "Processes of programs, together")
      ->check(CLI::Range(8, 100000))
      ->capture_default_str();
  app.add_option("--run-seconds", options.run_seconds,
                 "Seconds that a program's data code may take")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--allow-llm", options.allowed_models,
                 "Model that jobs may ask, such as openai:gpt-4o; repeatable; needs --max-cost")
      ->allow_extra_args(false);
  app.add_option("--max-cost", options.max_cost_job, "USD that models may cost in one job")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--max-cost-day", options.max_cost_day, "USD that models may cost in a day")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--allow-origin", options.allowed_origins,
                 "Web page that may ask, such as https://ide.example; repeatable")
      ->allow_extra_args(false);
}

}  // namespace

void add_serve_command(CommandLine& line) {
  auto options = std::make_shared<serve::ServeOptions>();
  CLI::App& app = line.add("serve", "A local endpoint for editors, and a page to watch repairs",
                           [options](const CommandContext&) { return serve_root(*options); });
  app.add_option("--root", options->root, "Folder whose programs clients may name")
      ->capture_default_str();
  app.add_option("--host", options->host, "Address of this machine to listen at")
      ->capture_default_str();
  app.add_option("--tls-cert", options->tls_certificate,
                 "Certificate (PEM); needed for a --host that others reach")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-key", options->tls_key, "Its key (PEM)")->check(CLI::ExistingFile);
  app.add_flag("--accept-exposure", options->exposure_accepted,
               "A --host that others reach is wanted");
  app.add_option("--port", options->port, "Port; 0: any that is free")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app.add_option("--python", options->python, "Python interpreter that reads and runs programs");
  app.add_option("--probe-workers", options->probe_workers, "Programs that are read at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--queue", options->queue, "Programs that may wait to be read")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--jobs", options->jobs, "Repairs at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--jobs-per-client", options->jobs_per_client, "Jobs of one client at a time")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_safety_options(app, *options);
  add_store_option(app, options->store);
}

}  // namespace dlfix::agent
