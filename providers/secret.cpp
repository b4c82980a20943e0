#include "providers/secret.h"

#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <utility>

#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::providers {
namespace {

using support::InputError;

constexpr std::size_t kShortestRedacted = 4;
constexpr std::size_t kShortestHinted = 12;

void erase(std::string& text) {
  explicit_bzero(text.data(), text.size());
  text.clear();
}

/// One line of printable characters, as every vendor's keys are: anything else would break the
/// header that carries it.
Secret checked(std::string text, const std::string& source) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) throw InputError(source + ": holds no key");
  Secret key(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
  erase(text);
  for (const unsigned char letter : key.reveal())
    if (letter <= ' ' || letter > '~')
      throw InputError(source + ": is not a key (one line without blanks)");
  return key;
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : value_(other.value_) { erase(other.value_); }

Secret& Secret::operator=(Secret other) noexcept {
  value_.swap(other.value_);
  return *this;
}

Secret::~Secret() { erase(value_); }

std::string Secret::redact(std::string text) const {
  if (value_.size() < kShortestRedacted) return text;
  for (auto at = text.find(value_); at != std::string::npos; at = text.find(value_, at))
    text.replace(at, value_.size(), "[key]");
  return text;
}

std::string Secret::hint() const {
  if (value_.empty()) return "";
  return value_.size() < kShortestHinted ? "set" : "..." + value_.substr(value_.size() - 4);
}

Secret read_key_file(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
    throw InputError("key file " + path + ": there is no such file");
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw InputError("key file " + path + ": others than its owner may read it",
                     "chmod 600 " + path);
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw InputError("key file " + path + ": cannot be read");
  return checked(text.str(), "key file " + path);
}

Secret read_key_command(const std::string& command) {
  support::ProcessOptions options;
  options.arguments = {"/bin/sh", "-c", command};
  options.timeout = std::chrono::seconds(60);
  options.output_limit = 64u << 10;
  auto result = support::run_process(options);
  if (result.timed_out)
    throw InputError("--key-command: gave no key within a minute",
                     "a command that asks on the terminal cannot be used");
  if (result.exit_code != 0)
    throw InputError(fmt::format("--key-command: failed with exit code {}", result.exit_code),
                     "run it by hand to see why; its output is not shown here");
  return checked(std::move(result.standard_output), "--key-command");
}

}  // namespace dlfix::providers
