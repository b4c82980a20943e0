// Fetching one file over HTTP.
#pragma once

#include <atomic>
#include <string>

namespace dlfix::agent {

struct Download {
  std::string url;
  std::string place;     ///< where the file is to lie
  std::string checksum;  ///< see file_checksum()
  const std::atomic<bool>* cancel = nullptr;
};

/// Fetches into `place`.part, checks it, and only then gives it its name: a file that lies there is
/// whole. Proxies of the environment are honoured, TLS is verified.
/// Errors: EnvironmentError (no connection, status, disk, another checksum), Interrupted.
void download(const Download& download);

}  // namespace dlfix::agent
