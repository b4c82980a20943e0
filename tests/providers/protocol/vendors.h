// What each vendor's endpoint says, word for word: answers, streams, errors.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dlfix::tests {

enum class Ending { kStop, kLength, kRefusal, kFilter };

struct SpokenError {
  int status = 400;
  std::string code = {};
  std::string message = {};
  std::string param = {};
};

class Vendor {
 public:
  virtual ~Vendor() = default;
  virtual nlohmann::json answer(const std::string& text, Ending ending) const = 0;
  /// The events of a stream as text, each complete with its separators.
  virtual std::vector<std::string> stream(const std::string& text, Ending ending) const = 0;
  virtual std::string content_type() const { return "text/event-stream"; }
  virtual nlohmann::json error(const SpokenError& error) const = 0;
  /// An error in the middle of a stream.
  virtual std::string stream_error(const SpokenError& error) const = 0;
  virtual nlohmann::json models() const = 0;
  virtual bool asks_for_stream(const nlohmann::json& request) const {
    return request.value("stream", false);
  }
};

const Vendor& openai_vendor();
const Vendor& responses_vendor();
const Vendor& anthropic_vendor();
const Vendor& ollama_vendor();
/// By the request's path; null: a path that no vendor has.
const Vendor* vendor_of(const std::string& target);

inline constexpr const char* kModel = "model-2026-01-01";  ///< the snapshot that answers

}  // namespace dlfix::tests
