// Who may ask: token, Host and Origin.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/serve/request_head.h"

namespace dlfix::agent::serve {

/// What a request is held to.
struct GuardRules {
  std::string token;
  std::vector<std::string> hosts;    ///< values of Host that are ours: "127.0.0.1:8765"
  std::vector<std::string> origins;  ///< pages that may ask: ours, and those of --allow-origin
};

/// 256 random bits of the kernel, in hexadecimal. Errors: EnvironmentError.
std::string new_token();

/// Compares in a time that does not depend on where two texts differ.
bool same_secret(const std::string& a, const std::string& b);

/// Host and Origin: a page of another site must reach nothing here, not even through a name that it
/// lets point to this machine (DNS rebinding). Browsers send Origin with everything but plain GETs
/// of their own site; for those Sec-Fetch-Site tells.
std::optional<Problem> check_source(const RequestHead& head, const GuardRules& rules);

/// `Authorization: Bearer TOKEN`.
std::optional<Problem> check_token(const RequestHead& head, const GuardRules& rules);

}  // namespace dlfix::agent::serve
