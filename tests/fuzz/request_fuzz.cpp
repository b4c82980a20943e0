// Any bytes as the head of an HTTP request and as its body: what is let through reads the same
// again in the plain form that the HTTP library gets, and never names more than one host or length.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "agent/serve/body.h"
#include "agent/serve/guard.h"
#include "agent/serve/root_paths.h"

namespace {

using namespace dlfix::agent::serve;

void check_plain(const RequestHead& head, const Limits& limits) {
  const auto again = read_request_head(plain_head(head), limits);
  // HTTP/1.0 may do without a Host; its plain form is HTTP/1.1, which the guard refuses first.
  if (head.find("host") == nullptr) return;
  const auto* plain = std::get_if<RequestHead>(&again);
  if (plain == nullptr || plain->method != head.method || plain->path != head.path) std::abort();
  if (plain->find("transfer-encoding") != nullptr || *plain->find("host") != *head.find("host"))
    std::abort();
  const bool bodiless = head.method == "GET" || head.method == "HEAD";
  if (!bodiless && plain->body_bytes != head.body_bytes) std::abort();
}

void read_body(const std::string& text) {
  try {
    const Body body(text, {"path", "uri", "text", "version"});
    body.text("path", 4096);
    body.number("version", -10, 10);
    if (const auto uri = body.text("uri", 4096)) path_of_uri(*uri);
  } catch (const ProblemError& error) {
    if (error.problem().status < 400 || to_text(to_json(error.problem())).empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const Limits limits;
  const auto read = read_request_head(bytes, limits);
  if (const auto* head = std::get_if<RequestHead>(&read)) {
    check_plain(*head, limits);
    check_source(*head, {"token", {"127.0.0.1:1"}, {"http://127.0.0.1:1"}});
  } else if (std::get<Problem>(read).status < 400) {
    std::abort();
  }
  const std::size_t end = bytes.find("\r\n\r\n");
  read_body(end == std::string::npos ? bytes : bytes.substr(end + 4));
  return 0;
}
