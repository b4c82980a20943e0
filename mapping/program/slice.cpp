#include "mapping/program/slice.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "mapping/program/probe_process.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

/// A text as a file of its own, for as long as this lives.
class TextFile {
 public:
  explicit TextFile(const std::string& text)
      : folder_((std::filesystem::temp_directory_path() / "dlfix-slice-XXXXXX").string()) {
    if (mkdtemp(folder_.data()) == nullptr)
      throw support::EnvironmentError(folder_ + ": cannot make a temporary folder",
                                      "free some space there, or set TMPDIR");
    std::ofstream out(path(), std::ios::binary);
    out << text;
    out.close();
    if (!out)
      throw support::EnvironmentError(path() + ": cannot be written",
                                      "free some space there, or set TMPDIR");
  }
  ~TextFile() {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  std::string path() const { return folder_ + "/program.py"; }

 private:
  std::string folder_;
};

ProgramSlice read_slice(const nlohmann::json& document) {
  ProgramSlice slice;
  for (const auto& line : document.at("lines")) {
    const auto& number = line.at(0);
    slice.lines.push_back({number.is_null() ? std::nullopt : std::optional(number.get<int>()),
                           line.at(1).get<std::string>()});
  }
  for (const auto& range : document.at("left_out"))
    slice.left_out += range.at(1).get<int>() - range.at(0).get<int>() + 1;
  slice.total = document.at("total").get<int>();
  return slice;
}

}  // namespace

std::string ProgramSlice::text() const {
  std::string joined;
  for (const auto& line : lines) joined += line.text + "\n";
  return joined;
}

ProgramSlice slice_text(const std::string& text, const ProbeOptions& options) {
  const TextFile file(text);
  const std::string python = find_interpreter(file.path(), options, false);
  return read_slice(run_probe(python, {"slice", file.path()}, options));
}

}  // namespace dlfix::mapping
