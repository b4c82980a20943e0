// The study's data and recorded replies, which tests labelled `data` read where they are at hand.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace dlfix::tests {

/// $DLFIX_SHARED, else the folder `shared` beside the source tree. It need not exist: a test that
/// wants something of it skips, saying what is missing.
inline std::filesystem::path study_data() {
  const char* given = std::getenv("DLFIX_SHARED");
  return given != nullptr ? std::filesystem::path(given)
                          : std::filesystem::path(DLFIX_SOURCE_DIR) / ".." / "shared";
}

}  // namespace dlfix::tests
