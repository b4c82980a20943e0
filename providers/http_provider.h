// The provider behind every dialect that speaks HTTP: retries, pacing, capability fallback, caps.
#pragma once

#include <memory>

#include "providers/dialect.h"

namespace dlfix::providers {

/// Sends through one libcurl multi handle, `connection.http.concurrency` at a time. `dialect` must
/// outlive the provider (those of dialects() do).
std::unique_ptr<Provider> make_http_provider(const Dialect& dialect, Connection connection);

/// The models that the endpoint lists. Errors: EnvironmentError with the endpoint's words.
std::vector<std::string> list_models(const Dialect& dialect, const Connection& connection);

}  // namespace dlfix::providers
