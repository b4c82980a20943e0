// What an endpoint can do to a client, by name: the model's name in a request chooses it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "tests/providers/protocol/vendors.h"
#include "tests/providers/protocol/wire_server.h"

namespace dlfix::tests {

/// Answers any vendor's path. Models: ok, fenced, truncated, refusal, empty, filtered, thoughts,
/// no-temperature, old-limit, no-schema, range, retry-seconds, retry-ms, retry-date, retry-never,
/// slow-down, quota, credit, wrong-key, no-model, too-large, server-error, overloaded, loading,
/// prompt-filter, slow, bad-utf8, split, cut-once, error-in-stream, reset-once, page, echo-key,
/// endless, drip, stall, header-flood, deep, redirect, no-usage. "-once" and the retryable ones
/// fail the first time that each different body is sent. Any other name answers as "ok".
class Scenarios {
 public:
  static constexpr const char* kText = R"({"learning_rate": 0.01, "act1": "relu"})";
  void operator()(const WireRequest& request, Wire& wire);

 private:
  struct Call {
    const WireRequest& request;
    Wire& wire;
    const Vendor& vendor;
    nlohmann::json body;
    bool stream;
    bool first;  ///< the first time that this body is seen
  };
  bool first_time(const std::string& body);
  static void answer(const Call& call, const std::string& text, Ending ending = Ending::kStop);
  static void fail(const Call& call, const SpokenError& error,
                   const std::map<std::string, std::string>& headers = {});
  static bool ending_scenario(const Call& call, const std::string& name);
  static bool refused_parameter(const Call& call, const std::string& name);
  static bool retried(const Call& call, const std::string& name);
  static bool final_error(const Call& call, const std::string& name);
  static bool broken(const Call& call, const std::string& name);
  static bool hostile(const Call& call, const std::string& name);

  std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();
  std::shared_ptr<std::map<std::string, int>> seen_ =
      std::make_shared<std::map<std::string, int>>();
};

}  // namespace dlfix::tests
