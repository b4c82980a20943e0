// The tables of the run store and how older ones become newer ones.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace dlfix::agent {

inline constexpr int kSchemaVersion = 2;
/// In the header of the file (PRAGMA application_id): "dlfx".
inline constexpr int kApplicationId = 0x646C6678;

/// Creates or migrates the tables in one transaction. Before an older store is changed, a copy of
/// it is made beside it ("store.sqlite.v1.backup"), whose path is returned; empty: there was
/// nothing to migrate. Errors: EnvironmentError when the file is another application's or a newer
/// version's, when it is an older one's and may not be written, when the copy cannot be made; the
/// file is then as it was.
std::string prepare_schema(SQLite::Database& database, const std::string& path, bool writable);

/// Schema version of a store; 0 for an empty file. Errors: as prepare_schema.
int schema_version(SQLite::Database& database, const std::string& path);

}  // namespace dlfix::agent
