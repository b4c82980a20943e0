// A key that does not show itself.
#pragma once

#include <string>
#include <string_view>

namespace dlfix::providers {

/// Holds a key. It has no output operator and no JSON form; its memory is overwritten at the end.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other) noexcept;
  ~Secret();

  bool empty() const { return value_.empty(); }
  /// The key itself, for the request's header and nothing else.
  const std::string& reveal() const { return value_; }
  /// `text` with every occurrence of the key (at least 4 characters) replaced by "[key]".
  std::string redact(std::string text) const;
  /// "...c0de" for a key of 12 characters or more, else "set": enough to tell two keys apart.
  std::string hint() const;

 private:
  std::string value_;
};

/// Reads a key from a file, without the white space around it. Errors: InputError when it cannot be
/// read, is empty, has several lines, or when others than its owner may read it (remedy: chmod
/// 600).
Secret read_key_file(const std::string& path);

/// Takes a key from the standard output of a shell command (a password manager). Errors: InputError
/// with its exit code when it fails or prints nothing; its output is never shown.
Secret read_key_command(const std::string& command);

}  // namespace dlfix::providers
