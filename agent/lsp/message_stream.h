// Messages of the Language Server Protocol's base protocol: headers, an empty line, JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dlfix::agent::lsp {

/// Takes bytes as they come and gives whole messages.
class MessageReader {
 public:
  /// Messages that are complete now. One that is not JSON is given as discarded (is_discarded()).
  /// Errors: InputError when the headers cannot be read: there is no way on from that. Messages
  /// before such headers are given first; the next call, with or without bytes, has the error.
  std::vector<nlohmann::json> take(std::string_view bytes);

 private:
  std::optional<nlohmann::json> next();

  std::string waiting_;
};

/// A message as bytes.
std::string framed(const nlohmann::json& message);

}  // namespace dlfix::agent::lsp
