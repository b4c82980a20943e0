#include "agent/workflows/subject.h"

#include "agent/workflows/scaling.h"
#include "trainer/spec/work.h"

namespace dlfix::agent {
namespace {

trainer::RowSet whole_arrays(const mapping::ProgramEvaluation& evaluation) {
  trainer::RowSet rows;
  for (const auto& x : evaluation.x) rows.inputs.push_back({x.data});
  rows.labels.push_back(evaluation.y->data);
  return rows;
}

trainer::RowSet without_weights(trainer::RowSet rows) {
  rows.sample_weights.clear();
  return rows;
}

}  // namespace

trainer::TrainingRequest Subject::request(const mapping::Config& changes, const RowUse& use,
                                          std::uint64_t seed) const {
  const mapping::ConfiguredProgram configured = mapping::apply_config(program, changes);
  trainer::TrainingRequest request;
  request.model = configured.model;
  request.compile = configured.compile;
  request.fit = planned_fit(configured.fit, plan);
  request.train = pool.select(use.train);
  if (plan.validation == ValidationUse::kOwnArrays) {
    request.validation = whole_arrays(*program.validation);
  } else if (plan.validation == ValidationUse::kSearchRows) {
    request.validation = without_weights(pool.select(plan.search));
  }
  request.evaluate.push_back({kMeasuredRows, without_weights(pool.select(use.measured))});
  request.metric = metric;
  request.seed = seed;
  request.profile = profile;
  if (configured.scale_inputs) scale_inputs(request, scratch);
  return request;
}

double Subject::work(const mapping::Config& changes) const {
  const mapping::ConfiguredProgram configured = mapping::apply_config(program, changes);
  return trainer::training_work(configured.model, planned_fit(configured.fit, plan),
                                static_cast<std::int64_t>(plan.train.size()));
}

}  // namespace dlfix::agent
