#include "eval/localisers/deepfd/quirks.h"

namespace dlfix::eval {

DeepFdQuirks deepfd_quirks(ToolReading reading) {
  if (reading == ToolReading::kMended) return {};
  DeepFdQuirks quirks;
  quirks.batch_checks_only = true;
  quirks.shifted_features = true;
  quirks.text_counters = true;
  quirks.newest_pair_only = true;
  quirks.paired_gradients = true;
  quirks.scaled_by_test_batch = true;
  quirks.groups_of_nine = reading == ToolReading::kFaithful;
  quirks.keyword_lines_only = true;
  quirks.without_curvature = true;
  return quirks;
}

}  // namespace dlfix::eval
