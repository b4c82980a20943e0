// Files that clients may name: those below the root.
#pragma once

#include <optional>
#include <string>

namespace dlfix::agent::serve {

class RootPaths {
 public:
  /// `root`: a folder. Errors: InputError when it is not.
  explicit RootPaths(const std::string& root);
  const std::string& root() const { return root_; }  ///< its real path

  /// A path as a client gives it, relative to the root or absolute, as a real path below the root;
  /// it may name a file that is not there yet. Errors: ProblemError (403 outside_root, 400
  /// bad_path): `..`, links that lead outside, and names with control characters.
  std::string resolve(const std::string& path) const;

  /// Text of a file below the root of at most `most` bytes. Errors: ProblemError (404, 413).
  std::string read(const std::string& resolved, std::size_t most) const;

 private:
  std::string root_;
};

/// "file:///home/u/model.py" as a path; nothing for other schemes.
std::optional<std::string> path_of_uri(const std::string& uri);
std::string uri_of_path(const std::string& path);

}  // namespace dlfix::agent::serve
