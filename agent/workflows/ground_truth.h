// Fixed programs that a repair is measured beside.
#pragma once

#include <optional>
#include <string>

#include <vector>

#include "agent/workflows/repair.h"
#include "agent/workflows/subject.h"
#include "eval/truths/neutrality_result.h"

namespace dlfix::agent {

/// A fixed version: another program (with arrays of its own) or a config of the faulty one.
struct GroundTruth {
  std::string name;
  Subject subject;
  mapping::Config changes;
  std::string remark;  ///< said to the user; empty: nothing to say
};

/// Reads `file`: a Python program is captured below `directory` and follows the faulty program's
/// row numbers; a JSON file ({"name": value, ...}, or that under "config") is a config of `faulty`.
/// Errors: InputError naming the file, or as capture.
GroundTruth read_ground_truth(const std::string& file, const Subject& faulty,
                              const std::string& directory, const CaptureFunction& capture);

/// The alternatives of a file that a neutrality analysis wrote; nothing for any other file.
/// Errors: InputError naming the file when such a document is broken.
std::optional<std::vector<eval::FoundTruth>> read_alternatives(const std::string& file);

}  // namespace dlfix::agent
