// What the captured arrays and the reproduced training say; a thin view of eval/evidence.
#pragma once

#include <vector>

#include "agent/workflows/repair_report.h"
#include "agent/workflows/subject.h"
#include "eval/evidence/problem.h"
#include "eval/metrics/baseline.h"
#include "eval/repairers/repairer.h"

namespace dlfix::agent {

/// A finding this certain decides on its own (DESIGN, outside_config).
inline constexpr double kCertain = 0.9;

/// Faults of the data, most certain first. Errors: as NpyArray::open.
std::vector<DataNote> examine(const Subject& subject);

/// The constant predictor on the search rows, by the subject's metric.
eval::Baseline constant_predictor(const Subject& subject);

/// Symptoms of finished trainings of the program as it is, all on the search rows.
eval::Symptoms symptoms_of(const Subject& subject, const eval::Baseline& baseline,
                           const std::vector<trainer::TrainingResult>& results);

}  // namespace dlfix::agent
