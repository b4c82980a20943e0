// Any bytes as the stream of an editor and as a unified diff: however the stream is split, the same
// messages come out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "agent/lsp/diff_edits.h"
#include "agent/lsp/documents.h"
#include "agent/lsp/message_stream.h"
#include "trainer/support/errors.h"

namespace {

using namespace dlfix::agent::lsp;
using dlfix::support::InputError;
using nlohmann::json;

/// Texts of the messages, ending with "!" when the headers could not be read.
std::string messages(std::string_view bytes, std::size_t step) {
  std::string list;
  MessageReader reader;
  try {
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      for (const json& message : reader.take(bytes.substr(at, step))) {
        list += message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
      }
    }
    reader.take({});
  } catch (const InputError&) {
    list += "!";
  }
  return list;
}

void change(std::string_view bytes) {
  Document document{"file:///a.py", "one = 1\r\ntwo = '\xc3\xa9\xf0\x9d\x92\x9c'\n", nullptr};
  const json changes = json::parse(bytes, nullptr, false);
  if (changes.is_discarded()) return;
  for (const Encoding encoding : {Encoding::kUtf16, Encoding::kUtf8, Encoding::kUtf32}) {
    try {
      apply_changes(document, changes, encoding);
    } catch (const InputError&) {
    } catch (const json::exception&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (messages(bytes, data[0] % 16 + 1) != messages(bytes, size)) std::abort();
  const std::size_t end = bytes.find("\r\n\r\n");
  change(end == std::string_view::npos ? bytes : bytes.substr(end + 4));
  for (const json& edit : edits_of_diff(std::string(bytes), "model.py")) {
    if (edit["range"]["start"]["line"] > edit["range"]["end"]["line"]) std::abort();
  }
  return 0;
}
