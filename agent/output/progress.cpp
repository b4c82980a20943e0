#include "agent/output/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

namespace dlfix::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kTerminalInterval = 150ms;
constexpr auto kPlainInterval = 15s;
constexpr auto kJsonInterval = 500ms;
/// Before this much is done (or this long has passed) an estimate would be a guess.
constexpr double kFirstEstimate = 0.03;

bool json_is_wanted() {
  const char* form = std::getenv(kProgressVariable);
  return form != nullptr && std::string_view(form) == "json";
}

void write_event(const nlohmann::json& event) {
  using Handler = nlohmann::json::error_handler_t;
  fmt::print(stderr, "{}\n", event.dump(-1, ' ', false, Handler::replace));
  std::fflush(stderr);
}

}  // namespace

std::string duration_words(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  const int minutes = static_cast<int>(seconds / 60 + 0.5);
  if (minutes < 90) return fmt::format("{} min", minutes);
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::unique_ptr<Reporter> make_reporter(bool quiet, bool verbose) {
  if (quiet) return std::make_unique<SilentReporter>();
  return std::make_unique<ProgressReporter>(verbose ? ProgressReporter::Detail::kVerbose
                                                    : ProgressReporter::Detail::kNormal);
}

ProgressReporter::ProgressReporter(Detail detail)
    : verbose_(detail == Detail::kVerbose), terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressReporter::~ProgressReporter() { clear_line(); }

void ProgressReporter::clear_line() {
  if (!line_open_) return;
  std::fputs("\r\033[K", stderr);
  line_open_ = false;
}

void ProgressReporter::write_line(const std::string& text) {
  clear_line();
  fmt::print(stderr, "{}\n", text);
}

void ProgressReporter::phase(const std::string& name, const std::string& what) {
  phase_ = name;
  begun_ = shown_ = Clock::now();
  if (json_is_wanted()) return write_event({{"event", "phase"}, {"name", name}, {"what", what}});
  write_line(fmt::format("{}: {}", name, what));
}

void ProgressReporter::note(const std::string& sentence) {
  if (json_is_wanted()) return write_event({{"event", "note"}, {"text", sentence}});
  write_line("note: " + sentence);
}

void ProgressReporter::detail(const std::string& sentence) {
  if (json_is_wanted()) return write_event({{"event", "detail"}, {"text", sentence}});
  if (verbose_) write_line("  " + sentence);
}

void ProgressReporter::progress(double done, int trainings) {
  const auto now = Clock::now();
  const Clock::duration interval = json_is_wanted() ? Clock::duration(kJsonInterval)
                                   : terminal_      ? Clock::duration(kTerminalInterval)
                                                    : Clock::duration(kPlainInterval);
  if (now - shown_ < interval) return;
  shown_ = now;
  const double elapsed = std::chrono::duration<double>(now - begun_).count();
  done = std::clamp(done, 0.0, 1.0);
  const bool can_estimate = done >= kFirstEstimate && elapsed >= 1;
  if (json_is_wanted()) {
    const nlohmann::json left =
        can_estimate ? nlohmann::json(elapsed * (1 - done) / done) : nlohmann::json();
    return write_event({{"event", "progress"},
                        {"phase", phase_},
                        {"done", done},
                        {"trainings", trainings},
                        {"seconds", elapsed},
                        {"left_seconds", left}});
  }
  const std::string left =
      can_estimate ? fmt::format(", about {} left", duration_words(elapsed * (1 - done) / done))
                   : "";
  const std::string text = fmt::format("{}: {:.0f} %, {} trainings, {}{}", phase_, 100 * done,
                                       trainings, duration_words(elapsed), left);
  if (!terminal_) return write_line(text);
  clear_line();
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  line_open_ = true;
}

}  // namespace dlfix::agent
