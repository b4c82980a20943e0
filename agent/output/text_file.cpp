#include "agent/output/text_file.h"

#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::agent {

void write_text_file(const std::string& file, const std::string& text, const std::string& option) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush())
    throw support::EnvironmentError(file + ": cannot be written",
                                    "name another place with " + option);
}

void make_result_folder(const std::string& folder, const std::string& option) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw support::EnvironmentError(folder + ": cannot be made: " + error.message(),
                                    "name another folder with " + option);
}

}  // namespace dlfix::agent
