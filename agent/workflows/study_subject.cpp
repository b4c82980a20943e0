#include "agent/workflows/study_subject.h"

#include "trainer/support/errors.h"

namespace dlfix::agent {

Subject read_study_subject(const std::string& program, const std::string& directory,
                           const std::string& metric, const CaptureFunction& capture) {
  Subject subject;
  subject.program = capture_once(program, directory, capture);
  subject.profile = subject.program.profile;
  subject.scratch = directory + "/scaled";
  subject.metric = metric;
  subject.pool = make_row_pool(subject.program);
  if (subject.pool.source != EvaluationSource::kEvaluate)
    throw support::InputError(program + ": is not measured by evaluate() on arrays of its own");
  subject.plan.source = subject.pool.source;
  subject.plan.train = row_range(0, subject.pool.training);
  return subject;
}

}  // namespace dlfix::agent
