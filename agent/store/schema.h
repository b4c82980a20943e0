// The tables of the run store and how older ones become newer ones.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace dlfix::agent {

inline constexpr int kSchemaVersion = 1;
/// In the header of the file (PRAGMA application_id): "dlfx".
inline constexpr int kApplicationId = 0x646C6678;

/// Creates or migrates the tables in one transaction.
/// Errors: EnvironmentError when the file is another application's or a newer version's.
void prepare_schema(SQLite::Database& database, const std::string& path, bool writable);

}  // namespace dlfix::agent
