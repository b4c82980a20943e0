#include "agent/data/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "agent/data/dataset_files.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using support::EnvironmentError;

int on_progress(void* cancel, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* flag = static_cast<const std::atomic<bool>*>(cancel);
  return flag && *flag ? 1 : 0;
}

/// Removes an unfinished file unless it is kept.
struct PartFile {
  fs::path path;
  ~PartFile() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

void transfer(const Download& download, std::FILE* file) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (!curl) throw EnvironmentError("libcurl cannot start", "");
  curl_easy_setopt(curl.get(), CURLOPT_URL, download.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, file);
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 20L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 100L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, 60L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA,
                   const_cast<std::atomic<bool>*>(download.cancel));
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_ABORTED_BY_CALLBACK) throw support::Interrupted("download: interrupted", "");
  if (code == CURLE_OK) return;
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  throw EnvironmentError(
      fmt::format("{}: {}{}", download.url, curl_easy_strerror(code),
                  status > 0 ? fmt::format(" (status {})", status) : ""),
      "check the network, or name a mirror with --base-url; or put the file there by hand");
}

}  // namespace

void download(const Download& download) {
  std::error_code error;
  fs::create_directories(fs::path(download.place).parent_path(), error);
  const PartFile part{download.place + ".part"};
  {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(part.path.c_str(), "wb"),
                                                               std::fclose);
    if (!file) {
      throw EnvironmentError(part.path.string() + ": cannot be written",
                             "check rights and free space, or use --data-dir");
    }
    transfer(download, file.get());
    if (std::fflush(file.get()) != 0) {
      throw EnvironmentError(part.path.string() + ": the disk is full", "free space");
    }
  }
  const std::string found = file_checksum(part.path.string(), download.checksum);
  if (found != download.checksum) {
    throw EnvironmentError(fmt::format("{}: the file has the checksum {}, not {}", download.url,
                                       found, download.checksum),
                           "the source is damaged or another file; nothing was kept");
  }
  fs::rename(part.path, download.place, error);
  if (error) throw EnvironmentError(download.place + ": cannot be written: " + error.message(), "");
}

}  // namespace dlfix::agent
