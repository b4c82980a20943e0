// Progress on standard error: one line that is rewritten on a terminal, plain lines elsewhere, and
// with DLFIX_PROGRESS=json in the environment one JSON object a line, for programs that watch.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "agent/output/reporter.h"

namespace dlfix::agent {

class ProgressReporter : public Reporter {
 public:
  enum class Detail { kNormal, kVerbose };
  explicit ProgressReporter(Detail detail);
  ~ProgressReporter() override;
  void phase(const std::string& name, const std::string& what) override;
  void note(const std::string& sentence) override;
  void detail(const std::string& sentence) override;
  void progress(double done, int trainings) override;

 private:
  using Clock = std::chrono::steady_clock;
  void clear_line();
  void write_line(const std::string& text);

  bool verbose_;
  bool terminal_;
  bool line_open_ = false;
  std::string phase_;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point shown_ = Clock::now();
};

/// Silent when `quiet`; with every detail when `verbose`.
std::unique_ptr<Reporter> make_reporter(bool quiet, bool verbose = false);

/// The lines of DLFIX_PROGRESS=json: {"event": "phase", name, what}, {"event": "progress", phase,
/// done, trainings, seconds, left_seconds} of the phase, `left_seconds` null before it can be
/// estimated, and
/// {"event": "note" or "detail", text}.
inline constexpr const char* kProgressVariable = "DLFIX_PROGRESS";

/// "12 s", "3 min", "1 h 05 min".
std::string duration_words(double seconds);

}  // namespace dlfix::agent
