// The few exceptions of the project. Expected failures (a diverged training, a malformed reply, an
// endpoint that is down) are values, not exceptions.
#pragma once

#include <stdexcept>
#include <string>

namespace dlfix::support {

/// Base: `what()` names the place and what is wrong; `remedy()` says what the user can do.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string remedy = "")
      : std::runtime_error(message), remedy_(std::move(remedy)) {}
  const std::string& remedy() const { return remedy_; }

 private:
  std::string remedy_;
};

/// The command line is wrong or the program cannot be read. Exit code 2.
class InputError : public Error {
  using Error::Error;
};

/// The machine is wrong: no interpreter, no space, endpoint down, missing data. Exit code 3.
class EnvironmentError : public Error {
  using Error::Error;
};

/// The user pressed Ctrl-C. Exit code 130.
class Interrupted : public Error {
  using Error::Error;
};

}  // namespace dlfix::support
