// A temporary folder that goes when the command ends.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "trainer/support/errors.h"

namespace dlfix::agent {

class ScratchFolder {
 public:
  ScratchFolder() : path_((std::filesystem::temp_directory_path() / "dlfix-XXXXXX").string()) {
    if (!mkdtemp(path_.data())) {
      throw support::EnvironmentError(path_ + ": cannot make a temporary folder",
                                      "set TMPDIR to a folder that you may write");
    }
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace dlfix::agent
