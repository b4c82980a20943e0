#include "trainer/spec/canonical.h"

#include <cmath>

#include <fmt/core.h>

#include "trainer/spec/grouping.h"
#include "trainer/spec/json_fields.h"
#include "trainer/spec/work.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

constexpr int kKeyVersion = 1;  // raise it when the meaning of a field changes

json normalised(const json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    return number == 0 ? json(0) : number_to_json(number);
  }
  if (!value.is_structured()) return value;
  json result = value;
  for (json& element : result) element = normalised(element);
  return result;
}

json canonical_model(const ModelSpec& model) {
  json document = model;
  for (json& layer : document["layers"]) {
    for (const char* field : {"name", "file", "line"}) layer.erase(field);
  }
  return document;
}

json canonical_arrays(const std::vector<ArrayRef>& arrays) {
  json list = json::array();
  for (const ArrayRef& array : arrays) {
    if (array.sha256.empty()) {
      throw support::InputError(fmt::format("the array {} has no sha256", array.path));
    }
    list.push_back(array.sha256);
  }
  return list;
}

json canonical_rows(const RowSet& set) {
  json inputs = json::array();
  for (const auto& parts : set.inputs) inputs.push_back(canonical_arrays(parts));
  json rows;
  if (set.rows) {
    const auto* bytes = reinterpret_cast<const char*>(set.rows->data());
    rows = support::sha256({bytes, set.rows->size() * sizeof(std::int64_t)});
  }
  return {{"inputs", std::move(inputs)},
          {"labels", canonical_arrays(set.labels)},
          {"sample_weights", canonical_arrays(set.sample_weights)},
          {"rows", std::move(rows)}};
}

json canonical_evaluate(const std::vector<EvaluationSet>& sets) {
  json list = json::array();
  for (const EvaluationSet& set : sets) {
    list.push_back({{"name", set.name}, {"data", canonical_rows(set.data)}});
  }
  return list;
}

bool may_differ_in_a_group(const std::string& attribute) {
  return attribute == "activation" || attribute == "recurrent_activation" || attribute == "rate" ||
         attribute == "seed" || attribute.ends_with("_initializer");
}

/// Also inside wrapped layers (Bidirectional, TimeDistributed).
void erase_what_may_differ(json& attributes) {
  for (auto entry = attributes.begin(); entry != attributes.end();) {
    if (may_differ_in_a_group(entry.key())) {
      entry = attributes.erase(entry);
      continue;
    }
    if (entry->is_object() && entry->contains("attributes")) {
      erase_what_may_differ((*entry)["attributes"]);
    }
    ++entry;
  }
}

}  // namespace

std::string canonical_text(const json& value) { return normalised(value).dump(); }

json canonical_request(const TrainingRequest& request) {
  const std::string metric = canonical_metric(request.metric);
  json document{{"version", kKeyVersion},
                {"model", canonical_model(request.model)},
                {"compile", request.compile},
                {"fit", request.fit},
                {"train", canonical_rows(request.train)},
                {"validation", request.validation ? canonical_rows(*request.validation) : json()},
                {"evaluate", canonical_evaluate(request.evaluate)},
                {"metric", metric.empty() ? request.metric : metric},
                {"seed", request.seed},
                {"profile", request.profile},
                {"symptoms", request.symptoms}};
  // Absent where nothing is watched: most requests, and keys of before.
  if (request.trace) document["trace"] = *request.trace;
  if (request.start)
    document["start"] = {{"weights", request.start->file.sha256},
                         {"layers", request.start->layers}};
  if (!request.milestones.empty()) document["milestones"] = request.milestones;
  if (!request.keep_weights.empty()) document["keep_weights"] = true;
  return document;
}

std::string training_key(const TrainingRequest& request) {
  return support::sha256(canonical_text(canonical_request(request)));
}

std::string group_key(const TrainingRequest& request) {
  json document = canonical_request(request);
  for (const char* own : {"seed", "compile", "start", "keep_weights", "milestones"})
    document.erase(own);
  document["fit"].erase("epochs");
  document["fit"].erase("callbacks");
  for (json& layer : document["model"]["layers"]) erase_what_may_differ(layer["attributes"]);
  return support::sha256(canonical_text(document));
}

std::int64_t row_count(const RowSet& rows) {
  if (rows.rows) return static_cast<std::int64_t>(rows.rows->size());
  if (rows.inputs.empty()) return 0;
  std::int64_t count = 0;
  for (const ArrayRef& part : rows.inputs.front()) {
    count += part.shape.empty() ? 0 : part.shape.front();
  }
  return count;
}

double request_work(const TrainingRequest& request) {
  return training_work(request.model, request.fit, row_count(request.train));
}

}  // namespace dlfix::trainer
