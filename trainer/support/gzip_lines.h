// Lines of a gzip file, one at a time: the file is never in memory as a whole.
#pragma once

#include <memory>
#include <string>

namespace dlfix::support {

class GzipLines {
 public:
  /// Reads a text file as well. Errors: EnvironmentError when the file cannot be opened.
  explicit GzipLines(std::string path);
  ~GzipLines();
  GzipLines(GzipLines&&) noexcept;
  GzipLines& operator=(GzipLines&&) = delete;

  /// The next line that holds more than blanks, without its end; false behind the last one.
  /// Errors: EnvironmentError when the file is damaged.
  bool next(std::string& line);
  /// Of the line that `next` gave last, from 1.
  int number() const { return number_; }
  /// "path:number", for messages.
  std::string place() const;

 private:
  bool read(std::string& line);

  std::string path_;
  struct File;
  std::unique_ptr<File> file_;
  int number_ = 0;
};

}  // namespace dlfix::support
