// A benchmark program with the study's rows: all of fit's rows train, those of evaluate() measure.
#pragma once

#include <string>

#include "agent/workflows/capture_folder.h"
#include "agent/workflows/subject.h"

namespace dlfix::agent {

/// Reads `program` once for `directory`. The plan has its training rows alone.
/// Errors: InputError when the program is not measured by evaluate() on arrays of its own; as the
/// capture.
Subject read_study_subject(const std::string& program, const std::string& directory,
                           const std::string& metric, const CaptureFunction& capture);

}  // namespace dlfix::agent
