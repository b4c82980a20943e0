#include "tests/providers/protocol/vendors.h"

namespace dlfix::tests {
namespace {

using nlohmann::json;

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::ignore);
}

std::string event(const json& data, const std::string& name = "") {
  return (name.empty() ? "" : "event: " + name + "\n") + "data: " + dumped(data) + "\n\n";
}

/// Three pieces, so that a reader has to join them.
std::vector<std::string> pieces(const std::string& text) {
  const std::size_t third = text.size() / 3;
  return {text.substr(0, third), text.substr(third, third), text.substr(2 * third)};
}

class OpenAi : public Vendor {
 public:
  json answer(const std::string& text, Ending ending) const override {
    json message{{"role", "assistant"}, {"content", text}, {"refusal", nullptr}};
    if (ending == Ending::kRefusal)
      message = {{"role", "assistant"}, {"content", nullptr}, {"refusal", text}};
    return {{"id", "chatcmpl-1"},
            {"object", "chat.completion"},
            {"created", 1767225600},
            {"model", kModel},
            {"choices",
             {{{"index", 0},
               {"finish_reason", finish(ending)},
               {"logprobs", nullptr},
               {"message", message}}}},
            {"usage", usage()},
            {"system_fingerprint", "fp_1"}};
  }

  std::vector<std::string> stream(const std::string& text, Ending ending) const override {
    std::vector<std::string> events = {": keep-alive\n\n"};
    const char* part = ending == Ending::kRefusal ? "refusal" : "content";
    for (const auto& piece : pieces(text)) events.push_back(event(chunk({{part, piece}}, nullptr)));
    events.push_back(event(chunk(json::object(), finish(ending))));
    json last = chunk(json::object(), nullptr);
    last["choices"] = json::array();
    last["usage"] = usage();
    events.push_back(event(last));
    events.emplace_back("data: [DONE]\n\n");
    return events;
  }

  json error(const SpokenError& error) const override {
    return {{"error",
             {{"message", error.message},
              {"type", error.code},
              {"param", error.param.empty() ? json() : json(error.param)},
              {"code", error.code}}}};
  }
  std::string stream_error(const SpokenError& said) const override { return event(error(said)); }
  json models() const override {
    return {
        {"object", "list"},
        {"data", {{{"id", "model-a"}, {"object", "model"}, {"created", 1}, {"owned_by", "t"}}}}};
  }

 private:
  static std::string finish(Ending ending) {
    return ending == Ending::kLength   ? "length"
           : ending == Ending::kFilter ? "content_filter"
                                       : "stop";
  }
  static json usage() {
    return {{"prompt_tokens", 11}, {"completion_tokens", 7}, {"total_tokens", 18}};
  }
  static json chunk(const json& delta, const json& finish_reason) {
    return {{"id", "chatcmpl-1"},
            {"object", "chat.completion.chunk"},
            {"created", 1767225600},
            {"model", kModel},
            {"system_fingerprint", "fp_1"},
            {"obfuscation", "x"},
            {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish_reason}}}}};
  }
};

class Responses : public OpenAi {
 public:
  json answer(const std::string& text, Ending ending) const override {
    const bool refused = ending == Ending::kRefusal;
    const json part =
        refused ? json{{"type", "refusal"}, {"refusal", text}}
                : json{{"type", "output_text"}, {"text", text}, {"annotations", json::array()}};
    const bool cut = ending == Ending::kLength || ending == Ending::kFilter;
    return {{"id", "resp_1"},
            {"object", "response"},
            {"created_at", 1767225600},
            {"status", cut ? "incomplete" : "completed"},
            {"error", nullptr},
            {"incomplete_details",
             !cut ? json()
                  : json{{"reason",
                          ending == Ending::kLength ? "max_output_tokens" : "content_filter"}}},
            {"model", kModel},
            {"parallel_tool_calls", true},
            {"tool_choice", "auto"},
            {"tools", json::array()},
            {"output",
             {{{"type", "reasoning"}, {"id", "rs_1"}, {"summary", json::array()}},
              {{"type", "message"},
               {"id", "msg_1"},
               {"status", "completed"},
               {"role", "assistant"},
               {"content", {part}}}}},
            {"usage",
             {{"input_tokens", 11},
              {"input_tokens_details", {{"cached_tokens", 0}}},
              {"output_tokens", 7},
              {"output_tokens_details", {{"reasoning_tokens", 0}}},
              {"total_tokens", 18}}}};
  }

  std::vector<std::string> stream(const std::string& text, Ending ending) const override {
    const json whole = answer(text, ending);
    json begun = whole;
    begun["status"] = "in_progress";
    begun["output"] = json::array();
    int number = 0;
    std::vector<std::string> events;
    const auto add = [&](const std::string& type, json data) {
      data["type"] = type;
      data["sequence_number"] = number++;
      events.push_back(event(data, type));
    };
    add("response.created", {{"response", begun}});
    add("response.output_item.added", {{"output_index", 0},
                                       {"item",
                                        {{"type", "message"},
                                         {"id", "msg_1"},
                                         {"status", "in_progress"},
                                         {"role", "assistant"},
                                         {"content", json::array()}}}});
    const json empty_part = {{"type", "output_text"}, {"text", ""}, {"annotations", json::array()}};
    add("response.content_part.added",
        {{"item_id", "msg_1"}, {"output_index", 0}, {"content_index", 0}, {"part", empty_part}});
    const bool refused = ending == Ending::kRefusal;
    for (const auto& piece : pieces(text))
      add(refused ? "response.refusal.delta" : "response.output_text.delta",
          {{"item_id", "msg_1"},
           {"output_index", 0},
           {"content_index", 0},
           {"delta", piece},
           {"logprobs", json::array()}});
    add(whole["status"] == "incomplete" ? "response.incomplete" : "response.completed",
        {{"response", whole}});
    return events;
  }
  std::string stream_error(const SpokenError& said) const override {
    return event(
        {{"type", "error"}, {"code", said.code}, {"message", said.message}, {"param", nullptr}},
        "error");
  }
};

class Anthropic : public Vendor {
 public:
  json answer(const std::string& text, Ending ending) const override {
    json content = json::array();
    if (!text.empty()) content.push_back({{"type", "text"}, {"text", text}});
    return {{"id", "msg_1"},
            {"type", "message"},
            {"role", "assistant"},
            {"model", kModel},
            {"content", content},
            {"stop_reason", stop_reason(ending)},
            {"stop_sequence", nullptr},
            {"usage",
             {{"input_tokens", 5},
              {"cache_creation_input_tokens", 2},
              {"cache_read_input_tokens", 4},
              {"output_tokens", 7}}}};
  }

  std::vector<std::string> stream(const std::string& text, Ending ending) const override {
    json start = answer("", Ending::kStop);
    start["stop_reason"] = nullptr;
    std::vector<std::string> events;
    const auto add = [&](json data) { events.push_back(event(data, data["type"])); };
    add({{"type", "message_start"}, {"message", start}});
    add({{"type", "content_block_start"},
         {"index", 0},
         {"content_block", {{"type", "text"}, {"text", ""}}}});
    add({{"type", "ping"}});
    for (const auto& piece : pieces(text))
      add({{"type", "content_block_delta"},
           {"index", 0},
           {"delta", {{"type", "text_delta"}, {"text", piece}}}});
    add({{"type", "content_block_stop"}, {"index", 0}});
    add({{"type", "message_delta"},
         {"delta", {{"stop_reason", stop_reason(ending)}, {"stop_sequence", nullptr}}},
         {"usage", {{"output_tokens", 7}}}});
    add({{"type", "message_stop"}});
    return events;
  }

  json error(const SpokenError& said) const override {
    return {{"type", "error"},
            {"error", {{"type", said.code}, {"message", said.message}}},
            {"request_id", "req_1"}};
  }
  std::string stream_error(const SpokenError& said) const override {
    return event(error(said), "error");
  }
  json models() const override {
    return {{"data",
             {{{"type", "model"},
               {"id", "model-a"},
               {"display_name", "A"},
               {"created_at", "2026-01-01T00:00:00Z"}}}},
            {"has_more", false},
            {"first_id", "model-a"},
            {"last_id", "model-a"}};
  }

 private:
  static std::string stop_reason(Ending ending) {
    return ending == Ending::kLength    ? "max_tokens"
           : ending == Ending::kRefusal ? "refusal"
                                        : "end_turn";
  }
};

class Ollama : public Vendor {
 public:
  json answer(const std::string& text, Ending ending) const override {
    return {{"model", kModel},
            {"created_at", "2026-01-01T00:00:00Z"},
            {"message", {{"role", "assistant"}, {"content", text}}},
            {"done", true},
            {"done_reason", ending == Ending::kLength ? "length" : "stop"},
            {"prompt_eval_count", 11},
            {"eval_count", 7}};
  }
  std::vector<std::string> stream(const std::string& text, Ending ending) const override {
    std::vector<std::string> events;
    for (const auto& piece : pieces(text))
      events.push_back(dumped({{"model", kModel},
                               {"message", {{"role", "assistant"}, {"content", piece}}},
                               {"done", false}}) +
                       "\n");
    events.push_back(dumped(answer("", ending)) + "\n");
    return events;
  }
  std::string content_type() const override { return "application/x-ndjson"; }
  json error(const SpokenError& said) const override { return {{"error", said.message}}; }
  std::string stream_error(const SpokenError& said) const override {
    return dumped(error(said)) + "\n";
  }
  json models() const override { return {{"models", {{{"name", "model-a"}}}}}; }
  bool asks_for_stream(const json& request) const override { return request.value("stream", true); }
};

}  // namespace

const Vendor& openai_vendor() {
  static const OpenAi kVendor;
  return kVendor;
}
const Vendor& responses_vendor() {
  static const Responses kVendor;
  return kVendor;
}
const Vendor& anthropic_vendor() {
  static const Anthropic kVendor;
  return kVendor;
}
const Vendor& ollama_vendor() {
  static const Ollama kVendor;
  return kVendor;
}

const Vendor* vendor_of(const std::string& target) {
  const std::string path = target.substr(0, target.find('?'));
  if (path.ends_with("/chat/completions")) return &openai_vendor();
  if (path.ends_with("/responses")) return &responses_vendor();
  if (path.ends_with("/v1/messages")) return &anthropic_vendor();
  if (path == "/api/chat" || path == "/api/tags") return &ollama_vendor();
  return path.ends_with("/models") ? &openai_vendor() : nullptr;
}

}  // namespace dlfix::tests
