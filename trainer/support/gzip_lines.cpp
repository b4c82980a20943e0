#include "trainer/support/gzip_lines.h"

#include <zlib.h>

#include <utility>

#include "trainer/support/errors.h"

namespace dlfix::support {

struct GzipLines::File {
  explicit File(const std::string& path) : handle(gzopen(path.c_str(), "rb")) {}
  ~File() {
    if (handle != nullptr) gzclose(handle);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  gzFile handle;
  std::string buffer = std::string(1 << 16, '\0');
};

GzipLines::GzipLines(std::string path)
    : path_(std::move(path)), file_(std::make_unique<File>(path_)) {
  if (file_->handle == nullptr)
    throw EnvironmentError(path_ + ": cannot be opened", "name the folder that has this file");
}

GzipLines::~GzipLines() = default;
GzipLines::GzipLines(GzipLines&&) noexcept = default;

bool GzipLines::read(std::string& line) {
  line.clear();
  while (gzgets(file_->handle, file_->buffer.data(), static_cast<int>(file_->buffer.size())) !=
         nullptr) {
    line += file_->buffer.c_str();
    if (line.ends_with('\n')) return true;
  }
  if (int error = Z_OK; gzerror(file_->handle, &error), error != Z_OK && error != Z_STREAM_END)
    throw EnvironmentError(path_ + ": is damaged", "get the file again");
  return !line.empty();
}

bool GzipLines::next(std::string& line) {
  while (read(line)) {
    ++number_;
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t") != std::string::npos) return true;
  }
  return false;
}

std::string GzipLines::place() const { return path_ + ":" + std::to_string(number_); }

}  // namespace dlfix::support
