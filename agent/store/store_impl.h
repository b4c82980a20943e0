// What an open store is inside, for the files that implement it.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

#include "agent/store/store.h"

namespace dlfix::agent {

/// Throws EnvironmentError: SQLite's code in the user's words.
[[noreturn]] void rethrow(const std::string& path, const SQLite::Exception& error);

/// Seconds since 1970.
std::int64_t store_time();
/// What was paid for is stored whatever its bytes are.
std::string text_of(const nlohmann::json& value);

/// Runs `body`, with SQLite's errors in the user's words.
template <typename Body>
auto guarded(const std::string& path, Body body) {
  try {
    return body();
  } catch (const SQLite::Exception& error) {
    rethrow(path, error);
  }
}

struct Store::Impl {
  Impl(const std::string& file, Mode mode);
  std::string path;
  SQLite::Database database;
  std::string backup;  ///< made by this opening; empty: none

  template <typename... Values>
  SQLite::Statement statement(const char* sql, const Values&... values) {
    SQLite::Statement prepared(database, sql);
    int index = 0;
    (prepared.bind(++index, values), ...);
    return prepared;
  }
};

}  // namespace dlfix::agent
