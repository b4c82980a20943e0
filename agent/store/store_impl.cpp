#include "agent/store/store_impl.h"

#include <sqlite3.h>

#include <chrono>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using support::EnvironmentError;

constexpr int kBusyMilliseconds = 30000;

int open_flags(Store::Mode mode) {
  if (mode == Store::Mode::kReadOnly) return SQLite::OPEN_READONLY;
  return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
}

}  // namespace

std::int64_t store_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void rethrow(const std::string& path, const SQLite::Exception& error) {
  const std::string place = "run store " + path + ": ";
  switch (error.getErrorCode()) {
    case SQLITE_FULL:
      throw EnvironmentError(
          place + "the disk (or the file's limit) is full",
          "free space, or name a file elsewhere with --store; what is stored is safe");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      throw EnvironmentError(place + "cannot be written",
                             "name a file that you may write with --store");
    case SQLITE_CANTOPEN:
      throw EnvironmentError(place + "cannot be opened", "name another file with --store");
    case SQLITE_NOTADB:
      throw EnvironmentError(place + "is not a run store",
                             "name another file with --store; this one is left as it is");
    case SQLITE_CORRUPT:
      throw EnvironmentError(place + "is damaged",
                             "move the file away (a new one is made) or name another with --store");
    case SQLITE_BUSY:
      throw EnvironmentError(place + "is held by another process for more than half a minute",
                             "wait for the other run, or name another file with --store");
    case SQLITE_IOERR:
      throw EnvironmentError(place + "read or write failed: " + error.what(),
                             "check the disk and its free space; what is stored is safe");
    default:
      throw EnvironmentError(place + error.what(), "name another file with --store");
  }
}

Store::Impl::Impl(const std::string& file, Mode mode)
    : path(file), database(file, open_flags(mode), kBusyMilliseconds) {}

}  // namespace dlfix::agent
