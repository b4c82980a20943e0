#include <fmt/core.h>

#include "trainer/spec/json_fields.h"
#include "trainer/spec/training.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

template <typename Record, typename Member>
json column(const std::vector<Record>& records, Member member) {
  json values = json::array();
  for (const Record& record : records) values.push_back(number_to_json(record.*member));
  return values;
}

/// Fills one member of every record from a list of as many numbers.
template <typename Record, typename Member>
void fill_column(const FieldReader& reader, const char* field, std::vector<Record>& records,
                 Member member) {
  const std::vector<double> values = reader.numbers(field);
  if (values.size() != records.size()) {
    throw support::InputError(
        fmt::format("training result: the field '{}' has {} numbers where {} are needed", field,
                    values.size(), records.size()));
  }
  for (std::size_t i = 0; i < values.size(); ++i) records[i].*member = values[i];
}

json epochs_to_json(const std::vector<EpochRecord>& epochs) {
  return {{"loss", column(epochs, &EpochRecord::loss)},
          {"metric", column(epochs, &EpochRecord::metric)},
          {"val_loss", column(epochs, &EpochRecord::val_loss)},
          {"val_metric", column(epochs, &EpochRecord::val_metric)},
          {"learning_rate", column(epochs, &EpochRecord::learning_rate)}};
}

std::vector<EpochRecord> epochs_from_json(const json& document) {
  const FieldReader reader(document, "epochs");
  std::vector<EpochRecord> epochs(reader.list("loss").size());
  fill_column(reader, "loss", epochs, &EpochRecord::loss);
  fill_column(reader, "metric", epochs, &EpochRecord::metric);
  fill_column(reader, "val_loss", epochs, &EpochRecord::val_loss);
  fill_column(reader, "val_metric", epochs, &EpochRecord::val_metric);
  fill_column(reader, "learning_rate", epochs, &EpochRecord::learning_rate);
  return epochs;
}

json floats_to_json(const std::vector<float>& values) {
  json list = json::array();
  for (const float value : values) list.push_back(float_to_json(value));
  return list;
}

std::vector<float> floats_from_json(const FieldReader& reader, const char* field) {
  const std::vector<double> values = reader.numbers(field);
  return {values.begin(), values.end()};
}

json evaluation_to_json(const EvaluationResult& evaluation) {
  return {{"name", evaluation.name},
          {"loss", number_to_json(evaluation.loss)},
          {"value", number_to_json(evaluation.value)},
          {"row_values", floats_to_json(evaluation.row_values)},
          {"scores", floats_to_json(evaluation.scores)},
          {"classes", evaluation.classes}};
}

EvaluationResult evaluation_from_json(const json& document) {
  const FieldReader reader(document, "evaluation result");
  EvaluationResult evaluation{reader.text("name"),
                              reader.number("loss"),
                              reader.number("value"),
                              floats_from_json(reader, "row_values"),
                              floats_from_json(reader, "scores"),
                              {}};
  for (const std::int64_t class_id : reader.integers("classes")) {
    evaluation.classes.push_back(static_cast<std::int32_t>(class_id));
  }
  return evaluation;
}

json symptom_to_json(const LayerSymptom& symptom) {
  return {{"layer", symptom.layer},
          {"dead_share", number_to_json(symptom.dead_share)},
          {"gradient_norm", number_to_json(symptom.gradient_norm)},
          {"weight_norm", number_to_json(symptom.weight_norm)}};
}

LayerSymptom symptom_from_json(const json& document) {
  const FieldReader reader(document, "layer symptom");
  return {reader.integer("layer"), reader.number("dead_share"), reader.number("gradient_norm"),
          reader.number("weight_norm")};
}

TrainingStatus status_from(const std::string& text) {
  for (const TrainingStatus status :
       {TrainingStatus::kOk, TrainingStatus::kNan, TrainingStatus::kCrash,
        TrainingStatus::kUnsupported, TrainingStatus::kOutOfMemory, TrainingStatus::kCancelled}) {
    if (to_string(status) == text) return status;
  }
  throw support::InputError(
      fmt::format("training result: the field 'status' has the unknown value '{}'", text));
}

json evaluate_to_json(const std::vector<EvaluationSet>& sets) {
  json list = json::array();
  for (const EvaluationSet& set : sets) list.push_back({{"name", set.name}, {"data", set.data}});
  return list;
}

}  // namespace

std::string_view to_string(TrainingStatus status) {
  switch (status) {
    case TrainingStatus::kOk:
      return "ok";
    case TrainingStatus::kNan:
      return "nan";
    case TrainingStatus::kCrash:
      return "crash";
    case TrainingStatus::kUnsupported:
      return "unsupported";
    case TrainingStatus::kOutOfMemory:
      return "out_of_memory";
    case TrainingStatus::kCancelled:
      return "cancelled";
  }
  return "";
}

void to_json(json& document, const ArrayRef& array) {
  document = {{"path", array.path},
              {"shape", array.shape},
              {"dtype", array.dtype},
              {"sha256", array.sha256}};
}

void from_json(const json& document, ArrayRef& array) {
  const FieldReader reader(document, "array");
  array = {reader.text("path"), reader.integers("shape"), reader.text("dtype"),
           reader.text("sha256")};
}

void to_json(json& document, const RowSet& rows) {
  document = {{"inputs", rows.inputs},
              {"labels", rows.labels},
              {"sample_weights", rows.sample_weights},
              {"rows", rows.rows ? json(*rows.rows) : json()}};
}

void from_json(const json& document, RowSet& rows) {
  const FieldReader reader(document, "row set");
  rows.inputs.clear();
  for (const json& parts : reader.list("inputs")) {
    rows.inputs.push_back(FieldReader({{"parts", parts}}, "model input").items<ArrayRef>("parts"));
  }
  rows.labels = reader.items<ArrayRef>("labels");
  rows.sample_weights = reader.items<ArrayRef>("sample_weights");
  rows.rows.reset();
  if (reader.has("rows")) rows.rows = reader.integers("rows");
}

void to_json(json& document, const Milestone& milestone) {
  document = {{"epoch", milestone.epoch}, {"value", number_to_json(milestone.value)}};
}

void from_json(const json& document, Milestone& milestone) {
  const FieldReader reader(document, "milestone");
  milestone = {reader.integer("epoch"), reader.number("value")};
}

void to_json(json& document, const TrainingRequest& request) {
  document = {{"model", request.model},
              {"compile", request.compile},
              {"fit", request.fit},
              {"train", request.train},
              {"validation", request.validation ? json(*request.validation) : json()},
              {"evaluate", evaluate_to_json(request.evaluate)},
              {"metric", request.metric},
              {"seed", request.seed},
              {"profile", request.profile},
              {"symptoms", request.symptoms}};
  if (request.trace) document["trace"] = *request.trace;
  if (request.start) document["start"] = *request.start;
  if (!request.milestones.empty()) document["milestones"] = request.milestones;
  if (!request.keep_weights.empty()) document["keep_weights"] = request.keep_weights;
}

void from_json(const json& document, TrainingRequest& request) {
  const FieldReader reader(document, "training request");
  request.model = reader.value("model").get<ModelSpec>();
  request.compile = reader.value("compile").get<CompileSpec>();
  request.fit = reader.value("fit").get<FitSpec>();
  request.train = reader.value("train").get<RowSet>();
  request.validation.reset();
  if (reader.has("validation")) request.validation = reader.value("validation").get<RowSet>();
  request.evaluate.clear();
  for (const json& set : reader.list("evaluate")) {
    const FieldReader fields(set, "evaluation set");
    request.evaluate.push_back({fields.text("name"), fields.value("data").get<RowSet>()});
  }
  request.metric = reader.text("metric");
  request.seed = reader.natural("seed");
  request.profile = reader.text("profile");
  request.symptoms = reader.truth("symptoms");
  request.trace.reset();
  if (reader.has("trace")) request.trace = reader.value("trace").get<TraceSpec>();
  request.start.reset();
  if (reader.has("start")) request.start = reader.value("start").get<StartingWeights>();
  request.milestones.clear();
  if (reader.has("milestones")) request.milestones = reader.items<Milestone>("milestones");
  request.keep_weights = reader.has("keep_weights") ? reader.text("keep_weights") : "";
}

void to_json(json& document, const TrainingResult& result) {
  json evaluations = json::array();
  for (const auto& evaluation : result.evaluations) {
    evaluations.push_back(evaluation_to_json(evaluation));
  }
  json symptoms = json::array();
  for (const auto& symptom : result.symptoms) symptoms.push_back(symptom_to_json(symptom));
  document = {{"status", to_string(result.status)},
              {"reason", result.reason},
              {"epochs", epochs_to_json(result.epochs)},
              {"evaluations", std::move(evaluations)},
              {"symptoms", std::move(symptoms)},
              {"seconds", number_to_json(result.seconds)},
              {"work", number_to_json(result.work)},
              {"device", result.device},
              {"trainer", result.trainer}};
  if (result.trace) document["trace"] = *result.trace;
  if (result.weights) document["weights"] = *result.weights;
  if (!result.at_milestones.empty()) {
    json values = json::array();
    for (const double value : result.at_milestones) values.push_back(number_to_json(value));
    document["at_milestones"] = std::move(values);
  }
  if (result.given_up) document["given_up"] = true;
}

void from_json(const json& document, TrainingResult& result) {
  const FieldReader reader(document, "training result");
  result.status = status_from(reader.text("status"));
  result.reason = reader.text("reason");
  result.epochs = epochs_from_json(reader.value("epochs"));
  result.evaluations.clear();
  for (const json& evaluation : reader.list("evaluations")) {
    result.evaluations.push_back(evaluation_from_json(evaluation));
  }
  result.symptoms.clear();
  for (const json& symptom : reader.list("symptoms")) {
    result.symptoms.push_back(symptom_from_json(symptom));
  }
  result.at_milestones.clear();
  if (reader.has("at_milestones")) result.at_milestones = reader.numbers("at_milestones");
  result.given_up = reader.has("given_up") && reader.truth("given_up");
  result.seconds = reader.number("seconds");
  result.work = reader.number("work");
  result.device = reader.text("device");
  result.trainer = reader.text("trainer");
  result.trace.reset();
  if (reader.has("trace")) result.trace = reader.value("trace").get<TrainingTrace>();
  result.weights.reset();
  if (reader.has("weights")) result.weights = reader.value("weights").get<WeightsFile>();
}

}  // namespace dlfix::trainer
