#include "agent/workflows/data_evidence.h"

#include "agent/workflows/bench.h"
#include "eval/evidence/data_findings.h"
#include "eval/evidence/symptoms.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {
namespace {

/// Labels of the pool, training rows first.
eval::Labels pool_labels(const Subject& subject) {
  eval::Labels all;
  for (const auto& part : subject.pool.labels) {
    const eval::Labels labels = eval::read_labels(part);
    all.width = labels.width;
    all.values.insert(all.values.end(), labels.values.begin(), labels.values.end());
  }
  return all;
}

}  // namespace

std::vector<DataNote> examine(const Subject& subject) {
  std::vector<DataNote> notes;
  for (const eval::DataFinding& finding : eval::examine_data(subject.program)) {
    notes.push_back({finding.code, finding.message, finding.remedy, finding.line.file,
                     finding.line.line, finding.outside_config, finding.certainty >= kCertain});
  }
  return notes;
}

eval::Baseline constant_predictor(const Subject& subject) {
  const eval::Labels labels = pool_labels(subject);
  return eval::constant_baseline(subject.metric, subject.program.compile.loss,
                                 eval::select_rows(labels, subject.plan.train),
                                 eval::select_rows(labels, subject.plan.search));
}

eval::Symptoms symptoms_of(const Subject& subject, const eval::Baseline& baseline,
                           const std::vector<trainer::TrainingResult>& results) {
  std::vector<double> values;
  for (const auto& result : results) values.push_back(measured_value(result));
  eval::SymptomInput input;
  input.results = results;
  input.metric = subject.metric;
  input.higher_is_better = trainer::higher_is_better(subject.metric);
  input.values = values;
  input.baseline = baseline;
  input.inputs_unscaled = eval::inputs_unscaled(subject.program);
  return eval::find_symptoms(input);
}

}  // namespace dlfix::agent
