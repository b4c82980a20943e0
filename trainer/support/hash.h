// Content addresses.
#pragma once

#include <string>
#include <string_view>

namespace dlfix::support {

/// SHA-256 in lower-case hexadecimal.
std::string sha256(std::string_view bytes);
/// The same of a file, read in blocks. Errors: EnvironmentError when it cannot be read.
std::string sha256_file(const std::string& path);

}  // namespace dlfix::support
