#include "agent/lsp/message_stream.h"

#include <charconv>
#include <cstddef>

#include <fmt/format.h>

#include "trainer/support/errors.h"

namespace dlfix::agent::lsp {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestHeaders = 4096;
constexpr std::size_t kLongestMessage = 64u << 20;

[[noreturn]] void throw_headers() {
  throw support::InputError("lsp: a message has no Content-Length that can be read",
                            "this command is started by editors and speaks the Language Server "
                            "Protocol on standard input");
}

std::size_t content_length(std::string_view headers) {
  constexpr std::string_view kName = "content-length:";
  while (!headers.empty()) {
    const std::size_t end = headers.find("\r\n");
    std::string line(headers.substr(0, end));
    headers.remove_prefix(end == std::string_view::npos ? headers.size() : end + 2);
    for (std::size_t i = 0; i < line.size() && i < kName.size(); ++i) {
      line[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(line[i])));
    }
    if (!line.starts_with(kName)) continue;
    const std::size_t first = line.find_first_not_of(" \t", kName.size());
    std::size_t length = 0;
    if (first == std::string::npos) break;
    const auto read = std::from_chars(line.data() + first, line.data() + line.size(), length);
    if (read.ec != std::errc() || length > kLongestMessage) break;
    return length;
  }
  throw_headers();
}

}  // namespace

std::optional<json> MessageReader::next() {
  const std::size_t end = waiting_.find("\r\n\r\n");
  // The same verdict however the bytes are cut: up to three of the end may be there already.
  const bool open = end == std::string::npos;
  if (open ? waiting_.size() > kLongestHeaders + 3 : end > kLongestHeaders) throw_headers();
  if (open) return std::nullopt;
  const std::size_t length = content_length(std::string_view(waiting_).substr(0, end));
  const std::size_t begin = end + 4;
  if (waiting_.size() - begin < length) return std::nullopt;
  const auto text = waiting_.begin() + static_cast<std::ptrdiff_t>(begin);
  json message = json::parse(text, text + static_cast<std::ptrdiff_t>(length), nullptr, false);
  waiting_.erase(0, begin + length);
  return message;
}

std::vector<json> MessageReader::take(std::string_view bytes) {
  waiting_ += bytes;
  std::vector<json> messages;
  try {
    while (auto message = next()) messages.push_back(std::move(*message));
  } catch (const support::InputError&) {
    if (messages.empty()) throw;  // else with the next call: what came before is not lost
  }
  return messages;
}

std::string framed(const json& message) {
  const std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace);
  return fmt::format("Content-Length: {}\r\n\r\n{}", text.size(), text);
}

}  // namespace dlfix::agent::lsp
