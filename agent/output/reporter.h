// What a running workflow tells while it works.
#pragma once

#include <string>

namespace dlfix::agent {

/// Progress of the phase at hand. Nothing is written to standard output: that is for the result.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// A new phase begins: "reproduce", "search", ...
  virtual void phase(const std::string& name, const std::string& what) = 0;
  /// A sentence worth keeping on the screen.
  virtual void note(const std::string& sentence) = 0;
  /// Only shown with -v.
  virtual void detail(const std::string& sentence) = 0;
  /// `done` of 1 of the phase (never above 1); `trainings`: finished ones of this phase.
  virtual void progress(double done, int trainings) = 0;
};

/// Says nothing (tests, --quiet).
class SilentReporter : public Reporter {
 public:
  void phase(const std::string&, const std::string&) override {}
  void note(const std::string&) override {}
  void detail(const std::string&) override {}
  void progress(double, int) override {}
};

}  // namespace dlfix::agent
