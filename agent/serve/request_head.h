// The head of an HTTP request, read strictly: what it means is decided here, before anything else
// sees it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "agent/serve/limits.h"
#include "agent/serve/problem.h"

namespace dlfix::agent::serve {

struct RequestHead {
  std::string method;   ///< a word; which are served is the router's to say
  std::string path;     ///< "/v1/jobs"; never with a percent sign
  std::string query;    ///< after the question mark, as sent
  std::string version;  ///< HTTP/1.1 or HTTP/1.0
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::size_t body_bytes = 0;

  /// nullptr when it is not there; the first of several.
  const std::string* find(std::string_view lower_case_name) const;
};

/// `text`: from the request line to the empty line, both included. Refused are: more than one Host
/// or Content-Length, bodies in chunks or compressed, folded lines, control characters, other
/// versions, whatever goes beyond the limits (RFC 9112, sections 2 to 6).
std::variant<RequestHead, Problem> read_request_head(std::string_view text, const Limits& limits);

/// The head as the HTTP library is to see it: without what it would act on by itself (ranges,
/// compression, upgrades, names with underscores), always with a length where a body may be.
std::string plain_head(const RequestHead& head);

}  // namespace dlfix::agent::serve
