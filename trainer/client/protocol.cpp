#include "trainer/client/protocol.h"

#include <map>

#include "trainer/spec/json_fields.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

const std::map<std::string, MessageKind>& kinds() {
  static const std::map<std::string, MessageKind> kKinds{{"hello", MessageKind::kHello},
                                                         {"progress", MessageKind::kProgress},
                                                         {"result", MessageKind::kResult},
                                                         {"done", MessageKind::kDone},
                                                         {"error", MessageKind::kError}};
  return kKinds;
}

void read_hello(const FieldReader& reader, WorkerMessage& message) {
  message.protocol = reader.integer("protocol");
  message.text = reader.text("trainer");
  message.device = reader.text("device");
}

void read_progress(const FieldReader& reader, WorkerMessage& message) {
  message.request = reader.natural("request");
  message.epoch = reader.integer("epoch");
  message.epochs = reader.integer("epochs");
  message.seconds = reader.number("seconds");
}

WorkerMessage message_from(const json& document) {
  const FieldReader reader(document, "worker message");
  WorkerMessage message;
  const auto kind = kinds().find(reader.text("type"));
  if (kind == kinds().end()) throw support::InputError("worker message of an unknown type");
  message.kind = kind->second;
  const bool has_id = message.kind != MessageKind::kHello && reader.has("id");
  if (has_id || message.kind == MessageKind::kDone) message.id = reader.integer("id");
  if (message.kind == MessageKind::kHello) read_hello(reader, message);
  if (message.kind == MessageKind::kProgress) read_progress(reader, message);
  if (message.kind == MessageKind::kError) message.text = reader.text("message");
  if (message.kind == MessageKind::kResult) {
    message.request = reader.natural("request");
    message.result = reader.value("result").get<TrainingResult>();
  }
  return message;
}

/// A request without its data, which the batch's `shared` part carries.
json own_part(const TrainingRequest& request) {
  TrainingRequest own;
  own.model = request.model;
  own.compile = request.compile;
  own.fit = request.fit;
  own.metric = request.metric;
  own.seed = request.seed;
  own.profile = request.profile;
  own.symptoms = request.symptoms;
  own.trace = request.trace;
  own.start = request.start;
  own.keep_weights = request.keep_weights;
  json document = own;
  for (const char* field : {"train", "validation", "evaluate"}) document.erase(field);
  return document;
}

json shared_part(const TrainingRequest& request) {
  const json whole = request;
  return {{"train", whole.at("train")},
          {"validation", whole.at("validation")},
          {"evaluate", whole.at("evaluate")}};
}

std::string to_line(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::optional<WorkerMessage> read_message(const std::string& line) {
  try {
    return message_from(json::parse(line));
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const support::InputError&) {
    return std::nullopt;
  }
}

std::string train_message(std::int64_t id, std::span<const TrainingRequest> requests,
                          std::span<const std::size_t> chosen) {
  json own = json::array();
  for (const std::size_t index : chosen) own.push_back(own_part(requests[index]));
  return to_line({{"type", "train"},
                  {"id", id},
                  {"shared", shared_part(requests[chosen.front()])},
                  {"requests", std::move(own)}});
}

std::string cancel_message(std::int64_t id) { return to_line({{"type", "cancel"}, {"id", id}}); }

}  // namespace dlfix::trainer
