// Where requests go and how: what a dialect needs of the settings, the environment and the keys.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "providers/http.h"
#include "providers/retry.h"
#include "providers/secret.h"

namespace dlfix::providers {

class Spending;

/// Called with each piece of an answer as it streams in.
using TextHandler = std::function<void(std::size_t request, std::string_view text)>;

struct Connection {
  std::string base_url;
  Secret key;           ///< empty: none is sent
  bool bearer = false;  ///< the key is a token: Authorization: Bearer, whatever the vendor's header
  std::string organization;
  std::string project;
  std::string api_version;         ///< Azure's classic form; empty: its v1 form
  std::vector<std::string> extra;  ///< further headers of a gateway, "Name: value"
  std::string command;             ///< of the dialect `cmd`
  HttpOptions http;
  RetryPolicy retry;
  bool stream = false;
  TextHandler on_text;                 ///< with `stream`
  std::shared_ptr<Spending> spending;  ///< caps shared by everything a run asks; null: none
};

/// `text` without the key and without the values (of 8 characters or more) of the further headers,
/// which may be secrets as well.
std::string redacted(const Connection& connection, std::string text);

}  // namespace dlfix::providers
