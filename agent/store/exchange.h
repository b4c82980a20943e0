// Results of long campaigns as a list of lines that outlives its store: one JSON object a training,
//   {"key", "family", "device_kind", "device", "trainer", "status", "reason", "evaluations":
//    [{"name", "loss", "value"}], "seconds", "work", "revision"}
// in the order of the keys, so that equal stores give equal files.
#pragma once

#include <cstdint>
#include <string>

#include "agent/store/store.h"

namespace dlfix::agent {

/// Writes every training of the store that ended (status, losses and values; not the curves, rows
/// and traces) to `file`, compressed where its name ends in .gz, in place of what it held. Returns
/// how many. Errors: EnvironmentError when it cannot be written; the old file is left then.
std::int64_t export_trainings(const Store& store, const std::string& file);

struct ImportReport {
  std::int64_t read = 0;
  std::int64_t added = 0;  ///< were not there
};

/// Takes over such a file; all of it or nothing. Imported trainings are marked: they answer only
/// where values are enough (CachingTrainer), and one that is made here takes their place.
/// Errors: EnvironmentError when the file cannot be read; InputError naming the line that is no
/// such training, or was made by another revision of the engine.
ImportReport import_trainings(Store& store, const std::string& file);

}  // namespace dlfix::agent
