#include "agent/serve/root_paths.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "agent/serve/problem.h"
#include "trainer/support/errors.h"
#include "trainer/support/unique_fd.h"

namespace dlfix::agent::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestPath = 4096;

[[noreturn]] void refuse(int status, const char* code, const std::string& detail) {
  throw ProblemError({status, code, detail, 0, nlohmann::json::object()});
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

RootPaths::RootPaths(const std::string& root) {
  std::error_code error;
  const fs::path real = fs::canonical(root, error);
  if (error || !fs::is_directory(real)) {
    throw support::InputError("--root " + root + ": is not a folder", "name the project's folder");
  }
  root_ = real.string();
}

std::string RootPaths::resolve(const std::string& path) const {
  const bool plain =
      !path.empty() && path.size() <= kLongestPath && std::ranges::none_of(path, [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
      });
  if (!plain) refuse(400, "bad_path", "a path is a name without control characters");
  std::error_code error;
  const fs::path real = fs::weakly_canonical(fs::path(root_) / path, error);
  const std::string text = real.string();
  const std::string inside = root_ == "/" ? root_ : root_ + "/";
  if (error || !text.starts_with(inside)) {
    refuse(403, "outside_root", "only files below the server's --root are read");
  }
  return text;
}

std::string RootPaths::read(const std::string& resolved, std::size_t most) const {
  // The path was resolved a moment ago: a link put there since is not followed.
  const support::UniqueFd file(
      ::open(resolved.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    refuse(404, "no_such_file", "there is no such file below the root");
  }
  if (static_cast<std::size_t>(status.st_size) > most) {
    refuse(413, "file_too_large", fmt::format("a program may have {} bytes", most));
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + got, text.size() - got);
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  text.resize(got);
  return text;
}

std::optional<std::string> path_of_uri(const std::string& uri) {
  constexpr std::string_view kScheme = "file://";
  if (!uri.starts_with(kScheme)) return std::nullopt;
  std::string rest = uri.substr(kScheme.size());
  if (rest.starts_with("localhost/")) rest.erase(0, 9);
  if (!rest.starts_with('/')) return std::nullopt;
  std::string path;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const bool escaped = rest[i] == '%' && i + 2 < rest.size() && hex_value(rest[i + 1]) >= 0 &&
                         hex_value(rest[i + 2]) >= 0;
    path +=
        escaped ? static_cast<char>(hex_value(rest[i + 1]) * 16 + hex_value(rest[i + 2])) : rest[i];
    if (escaped) i += 2;
  }
  return path;
}

std::string uri_of_path(const std::string& path) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string uri = "file://";
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

}  // namespace dlfix::agent::serve
