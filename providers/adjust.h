// What to leave out of a request that a model has refused.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "providers/api_error.h"
#include "providers/dialect.h"

namespace dlfix::providers {

/// For a 400 or 422 that names a parameter the model does not take: `sent` with one thing more left
/// out or renamed. Nothing when the error is about something else, about a value that is out of
/// range, or when everything has been tried.
std::optional<Adjustments> adjusted(const ApiError& error, const ChatRequest& request,
                                    const Adjustments& sent);

/// Sentences for the reply: what was asked for and not sent.
std::vector<std::string> adjustment_notes(const Adjustments& adjustments,
                                          const ChatRequest& request);

}  // namespace dlfix::providers
