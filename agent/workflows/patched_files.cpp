#include "agent/workflows/patched_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using support::EnvironmentError;

/// Whole or not at all: a temporary file beside it, then a rename.
void write_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  {
    std::ofstream file(part, std::ios::binary);
    file << text;
    file.flush();
    if (!file) {
      std::error_code ignored;
      fs::remove(part, ignored);
      throw EnvironmentError(path + ": cannot be written", "check free space and rights");
    }
  }
  std::error_code error;
  if (fs::exists(path)) fs::permissions(part, fs::status(path).permissions(), error);
  fs::rename(part, path, error);
  if (error) throw EnvironmentError(path + ": cannot be written: " + error.message(), "");
}

std::string back_up(const std::string& path) {
  std::string backup = path + ".orig";
  for (int i = 2; fs::exists(backup); ++i) backup = fmt::format("{}.orig.{}", path, i);
  std::error_code error;
  fs::copy_file(path, backup, error);
  if (error) {
    throw EnvironmentError(backup + ": the backup cannot be written: " + error.message(),
                           "nothing was changed; use --output to write elsewhere");
  }
  return backup;
}

}  // namespace

std::vector<std::string> write_output(const RepairReport& report, const std::string& output) {
  std::vector<std::string> others;
  for (const auto& [path, text] : report.patched_sources) {
    if (path == report.program) {
      write_file(output, text);
    } else {
      others.push_back(path);
    }
  }
  return others;
}

std::vector<std::string> apply_patch(const RepairReport& report) {
  std::vector<std::string> backups;
  for (const auto& [path, text] : report.patched_sources) {
    backups.push_back(back_up(path));
    write_file(path, text);
  }
  return backups;
}

}  // namespace dlfix::agent
