#include "agent/serve/guard.h"

#include <openssl/crypto.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent::serve {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

Problem refused(int status, const char* code, const char* detail) {
  return {status, code, detail, 0, nlohmann::json::object()};
}

}  // namespace

std::string new_token() {
  std::array<std::uint8_t, 32> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw support::EnvironmentError("the kernel gives no random bytes", "try again");
  }
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

bool same_secret(const std::string& a, const std::string& b) {
  // Hashes have one length, so that the length of the secret does not show either.
  const std::string first = support::sha256(a);
  const std::string second = support::sha256(b);
  return CRYPTO_memcmp(first.data(), second.data(), first.size()) == 0;
}

std::optional<Problem> check_source(const RequestHead& head, const GuardRules& rules) {
  const std::string* host = head.find("host");
  if (host == nullptr || !contains(rules.hosts, *host)) {
    return refused(403, "foreign_host", "the Host header does not name this server");
  }
  if (const std::string* origin = head.find("origin")) {
    if (contains(rules.origins, *origin)) return std::nullopt;
    return refused(403, "foreign_origin",
                   "pages of this origin may not ask; --allow-origin lets them");
  }
  const std::string* site = head.find("sec-fetch-site");
  const std::string* mode = head.find("sec-fetch-mode");
  const bool from_elsewhere = site != nullptr && (*site == "cross-site" || *site == "same-site");
  if (from_elsewhere && (mode == nullptr || *mode != "navigate")) {
    return refused(403, "foreign_origin", "pages of other sites may not ask");
  }
  return std::nullopt;
}

std::optional<Problem> check_token(const RequestHead& head, const GuardRules& rules) {
  const std::string* given = head.find("authorization");
  if (given == nullptr) {
    return refused(401, "token_missing",
                   "send `Authorization: Bearer TOKEN`; the server's run file has the token");
  }
  if (!given->starts_with("Bearer ") || !same_secret(given->substr(7), rules.token)) {
    return refused(401, "token_wrong", "the token is not this server's");
  }
  return std::nullopt;
}

}  // namespace dlfix::agent::serve
