// Where a benchmark program's data come from on this machine, and how near they are to the study's.
#pragma once

#include <string>
#include <vector>

namespace dlfix::agent {

struct DataSource {
  std::string kind;                ///< exact, close, sample, stand-in, missing, damaged
  std::vector<std::string> files;  ///< that the program will read; empty: it draws its rows itself
  std::string what;                ///< "60,000 training and 10,000 test images", or what is wrong
  std::string remedy;              ///< how to have more of it; empty: nothing is missing
  bool usable() const { return kind != "missing" && kind != "damaged"; }
};

/// Folders that keras.datasets files are looked for in: `asked` (--data-dir), DLFIX_DATA, then
/// ~/.keras/datasets. The same as the probe's.
std::vector<std::string> data_folders(const std::string& asked);

/// Looks for `dataset` as the probe does and checks the files: sizes and what they hold, by the
/// checksums of the published files where those are known. `kind`: what the manifest says of a
/// generated data set.
DataSource find_data(const std::string& dataset, const std::string& kind,
                     const std::vector<std::string>& folders);

}  // namespace dlfix::agent
