#include "providers/api_error.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestMessage = 500;
constexpr std::size_t kLongestBody = 64u << 10;

/// A code may be a number (Gemini, llama.cpp): its text then.
std::string word_field(const json& object, const char* name) {
  const auto field = object.find(name);
  if (field == object.end() || field->is_null()) return {};
  if (field->is_string()) return field->get<std::string>();
  return field->is_number_integer() ? std::to_string(field->get<std::int64_t>()) : "";
}

void read_error_object(const json& object, ApiError& error) {
  error.code = word_field(object, "code");
  error.type = word_field(object, "type");
  error.param = word_field(object, "param");
  error.message = word_field(object, "message");
  error.details = object.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const auto word : words)
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

std::string_view remedy_for(const HttpResponse& response, const ApiError& error) {
  switch (response.failure) {
    case HttpFailure::kTls:
      return "the certificate is not trusted: --ca-file FILE names the authority's";
    case HttpFailure::kTimeout:
    case HttpFailure::kIdle:
      return "--reply-timeout gives it more time";
    case HttpFailure::kTooLong:
      return "is this an LLM endpoint?";
    case HttpFailure::kNone:
      break;
    default:
      return "is the endpoint running, and the base URL right?";
  }
  if (response.status >= 300 && response.status < 400)
    return "redirects are not followed, since the key would go along: set the base URL to the "
           "place it leads to";
  if (ends_the_run(error, false) && response.status != 401 && response.status != 403)
    return "the account's quota or credit is spent";
  switch (response.status) {
    case 401:
      return "check the API key";
    case 403:
      return "this key has no access to that model or country";
    case 404:
      return "check the model's name and the base URL (it usually ends in /v1)";
    case 413:
      return "the program's text is too long for this endpoint";
    case 429:
      return "the rate limit is reached: lower --concurrency or try later";
    default:
      return "";
  }
}

}  // namespace

ApiError read_api_error(const json& body, int status) {
  ApiError error;
  error.status = status;
  const json* object = &body;
  if (object->is_array() && !object->empty()) object = &object->front();
  if (!object->is_object()) return error;
  const auto inner = object->find("error");
  if (inner != object->end() && inner->is_object()) {
    read_error_object(*inner, error);
  } else if (inner != object->end() && inner->is_string()) {
    error.message = inner->get<std::string>();
  } else {
    read_error_object(*object, error);
    if (error.message.empty()) error.message = word_field(*object, "detail");
  }
  error.message.resize(cut_utf8(error.message, kLongestMessage).size());
  return error;
}

ApiError read_api_error(const HttpResponse& response) {
  ApiError error;
  error.status = response.status;
  // What came before a transport failure, or is longer than any error, is not worth reading.
  if (response.status != 0 && response.body.size() <= kLongestBody)
    error = read_api_error(parse_json(response.body), response.status);
  if (error.message.empty()) error.message = valid_utf8(cut_utf8(response.body, 200));
  return error;
}

bool ends_the_run(const ApiError& error, bool says_when_to_retry) {
  if (error.status == 401 || error.status == 402 || error.status == 403) return true;
  if (error.status != 400 && error.status != 429) return false;
  const std::string words = error.code + "\n" + error.type + "\n" + error.message;
  if (contains_any(words, {"insufficient_quota", "credit_balance_exhausted", "billing_hard_limit",
                           "billing_error", "credit balance is too low",
                           "reached your specified API usage limits"}))
    return true;
  return error.status == 429 && !says_when_to_retry &&
         contains_any(error.details, {"enforced_spend_limit_reached"});
}

bool ends_the_run(const HttpResponse& response) {
  return ends_the_run(read_api_error(response), response.headers.contains("retry-after") ||
                                                    response.headers.contains("retry-after-ms"));
}

int status_of_stream_error(const ApiError& error) {
  constexpr std::pair<std::string_view, int> kStatuses[] = {{"invalid_request_error", 400},
                                                            {"authentication_error", 401},
                                                            {"permission_error", 403},
                                                            {"not_found_error", 404},
                                                            {"request_too_large", 413},
                                                            {"insufficient_quota", 429},
                                                            {"rate_limit", 429},
                                                            {"overloaded", 529},
                                                            {"server_is_overloaded", 503},
                                                            {"slow_down", 429}};
  for (const auto& [word, status] : kStatuses)
    if (error.type.find(word) != std::string::npos || error.code.find(word) != std::string::npos)
      return status;
  return 500;
}

std::string describe_failure(const std::string& base_url, const HttpResponse& response) {
  const ApiError error = read_api_error(response);
  const std::string what = response.status == 0
                               ? response.error
                               : fmt::format("HTTP {}: {}", response.status, error.message);
  const std::string_view remedy = remedy_for(response, error);
  return fmt::format("{}: {}{}", base_url, what,
                     remedy.empty() ? std::string() : fmt::format(" ({})", remedy));
}

}  // namespace dlfix::providers
