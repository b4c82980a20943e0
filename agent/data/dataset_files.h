// The files of keras.datasets: where Keras gets them, under which name, with which checksum.
#pragma once

#include <string>
#include <vector>

namespace dlfix::agent {

struct DatasetFile {
  std::string remote_name;  ///< appended to --base-url
  std::string url;          ///< Keras's own
  std::string place;        ///< below the data folder
  std::string checksum;     ///< SHA-256 (64 digits) or MD5 (32), as published
};

struct Dataset {
  std::string name;
  std::vector<DatasetFile> files;
};

/// Checksums are those in Keras's sources; Fashion-MNIST's are of its authors' repository.
const std::vector<Dataset>& datasets();

/// SHA-256 or MD5 of a file in hexadecimal, chosen by the length of `like`.
/// Errors: EnvironmentError when the file cannot be read.
std::string file_checksum(const std::string& path, const std::string& like);

}  // namespace dlfix::agent
