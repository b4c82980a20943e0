#include <algorithm>
#include <array>

#include "providers/dialects/all.h"
#include "providers/http_provider.h"
#include "trainer/support/errors.h"

namespace dlfix::providers {

std::span<const Dialect> dialects() {
  static const std::array kAll = {openai_dialect(),     responses_dialect(), azure_dialect(),
                                  compatible_dialect(), anthropic_dialect(), ollama_dialect(),
                                  command_dialect()};
  return kAll;
}

const Dialect* find_dialect(std::string_view name) {
  const auto found = std::ranges::find(dialects(), name, &Dialect::name);
  return found == dialects().end() ? nullptr : &*found;
}

std::unique_ptr<Provider> make_provider(const Dialect& dialect, Connection connection) {
  if (dialect.make != nullptr) return dialect.make(connection);
  if (connection.base_url.empty())
    throw support::InputError(std::string(dialect.name) + ": needs a base URL");
  return make_http_provider(dialect, std::move(connection));
}

std::string redacted(const Connection& connection, std::string text) {
  constexpr std::size_t kShortestSecret = 8;
  for (const auto& header : connection.extra) {
    const auto value = header.find_first_not_of(' ', header.find(':') + 1);
    if (value != std::string::npos && header.size() - value >= kShortestSecret)
      text = Secret(header.substr(value)).redact(std::move(text));
  }
  return connection.key.redact(std::move(text));
}

std::string join_url(const std::string& base, std::string_view path) {
  std::string url = base;
  while (url.ends_with('/')) url.pop_back();
  return url.append(path);
}

std::vector<std::string> common_headers(const Connection& connection) {
  std::vector<std::string> headers = {"Content-Type: application/json", "User-Agent: dlfix-agent"};
  headers.insert(headers.end(), connection.extra.begin(), connection.extra.end());
  return headers;
}

}  // namespace dlfix::providers
