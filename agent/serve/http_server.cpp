#include "agent/serve/http_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "trainer/support/errors.h"

namespace dlfix::agent::serve {
namespace {

constexpr int kBacklog = 512;

/// As many threads as connections are allowed; a connection beyond that is handled at once by the
/// thread that accepts, which only refuses it.
class ConnectionThreads : public httplib::ThreadPool {
 public:
  explicit ConnectionThreads(int most)
      : httplib::ThreadPool(static_cast<std::size_t>(most)), most_(most) {}
  void enqueue(std::function<void()> serve) override {
    if (busy_ >= most_) return serve();
    ++busy_;
    httplib::ThreadPool::enqueue([this, serve = std::move(serve)] {
      serve();
      --busy_;
    });
  }

 private:
  int most_;
  std::atomic<int> busy_{0};
};

/// A browser asks for a page of an allowed origin, before it sends what the page wants sent.
bool is_preflight(const RequestHead& head) {
  return head.method == "OPTIONS" && head.find("origin") != nullptr &&
         head.find("access-control-request-method") != nullptr;
}

Problem busy_problem() {
  return {503, "too_many_connections", "too many connections at a time", 1,
          nlohmann::json::object()};
}

std::string response_text(const Problem& problem, const std::string& extra, bool with_body) {
  const std::string body = to_text(to_json(problem));
  std::string text = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: application/problem+json\r\n",
                                 problem.status, status_words(problem.status));
  text += fmt::format("Content-Length: {}\r\nConnection: close\r\n", body.size());
  if (problem.retry_after > 0) text += fmt::format("Retry-After: {}\r\n", problem.retry_after);
  if (problem.more.contains("allow")) {
    text += fmt::format("Allow: {}\r\n", problem.more["allow"].get<std::string>());
  }
  return text + extra + "\r\n" + (with_body ? body : "");
}

const httplib::Headers& safe_headers() {
  static const httplib::Headers kHeaders{{"X-Content-Type-Options", "nosniff"},
                                         {"Cache-Control", "no-store"},
                                         {"Cross-Origin-Resource-Policy", "same-origin"},
                                         {"Referrer-Policy", "no-referrer"},
                                         {"X-Frame-Options", "DENY"}};
  return kHeaders;
}

}  // namespace

HttpServer::HttpServer(const Router& router, Limits limits, std::optional<TlsContext> tls,
                       std::function<void(const std::string&)> log)
    : router_(router), limits_(limits), tls_(std::move(tls)), log_(std::move(log)) {
  new_task_queue = [this] { return new ConnectionThreads(limits_.connections); };
  set_payload_max_length(limits_.body_bytes);
  set_keep_alive_timeout(
      std::chrono::duration_cast<std::chrono::seconds>(limits_.idle_time).count());
  set_keep_alive_max_count(1'000'000);
  set_default_headers(safe_headers());
  const auto all = [this](const httplib::Request& request, httplib::Response& response) {
    dispatch(request, response);
  };
  Get("/.*", all).Post("/.*", all);
}

int HttpServer::bind(const std::string& host, int port) {
  const int bound = port == 0 ? bind_to_any_port(host) : (bind_to_port(host, port) ? port : -1);
  if (bound <= 0) {
    throw support::EnvironmentError(
        fmt::format("{}:{}: cannot be listened at: it is taken, or no address of this machine",
                    host, port),
        "take another port (--port 0: any that is free)");
  }
  ::listen(svr_sock_, kBacklog);
  ::fcntl(svr_sock_, F_SETFD, FD_CLOEXEC);
  return bound;
}

void HttpServer::run() {
  accepting_ = std::this_thread::get_id();
  listen_after_bind();
}

void HttpServer::stop() {
  stopping_ = true;
  if (is_running()) httplib::Server::stop();
}

void HttpServer::turn_away(socket_t socket) const {
  if (!tls_) {
    const std::string text = response_text(busy_problem(), "", true);
    ::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  if (std::this_thread::get_id() == accepting_) {
    turn_away(socket);
    return false;
  }
  try {
    Connection connection(socket, tls_ ? tls_->accept(socket) : nullptr, limits_, stopping_);
    bool open = connection.shake_hands();
    while (!stopping_ && open) open = serve_one(connection);
  } catch (const std::exception& error) {
    log_(std::string("a connection ended: ") + error.what());
  }
  return true;
}

bool HttpServer::serve_one(Connection& connection) {
  const auto refuse_head = [&](int status, const char* code, const char* detail) {
    refuse(connection, {status, code, detail, 0, nlohmann::json::object()}, nullptr);
    return false;
  };
  switch (connection.read_head()) {
    case HeadState::kClosed:
      return false;
    case HeadState::kTooLarge:
      return refuse_head(431, "headers_too_large", "the headers are too long");
    case HeadState::kTooSlow:
      return refuse_head(408, "too_slow", "the request came too slowly");
    case HeadState::kComplete:
      break;
  }
  auto read = read_request_head(connection.head(), limits_);
  if (const auto* problem = std::get_if<Problem>(&read)) {
    refuse(connection, *problem, nullptr);
    return false;
  }
  const auto& head = std::get<RequestHead>(read);
  if (const auto problem = refusal(head)) {
    refuse(connection, *problem, &head);
    return false;
  }
  if (is_preflight(head)) {
    preflight(connection, head);
    return false;
  }
  std::string plain = plain_head(head);
  if (head.find("authorization") == nullptr) {
    plain.insert(plain.size() - 2, std::string(kUnsigned) + ": 1\r\n");
  }
  connection.begin_request(std::move(plain), head.body_bytes);
  bool closed = false;
  return process_request(connection, false, closed, nullptr) && !closed &&
         connection.finish_request();
}

std::optional<Problem> HttpServer::refusal(const RequestHead& head) const {
  if (auto problem = check_source(head, rules_)) return problem;
  if (is_preflight(head)) return std::nullopt;
  const auto found = router_.find(head.method, head.path);
  const auto* match = std::get_if<RouteMatch>(&found);
  const bool signs_in =
      match != nullptr && match->route->signs_in && head.find("authorization") == nullptr;
  if (match == nullptr || !(match->route->open || signs_in)) {
    if (auto problem = check_token(head, rules_)) return problem;
  }
  if (match == nullptr) return std::get<Problem>(found);
  if (head.body_bytes > 0) {
    const std::string* type = head.find("content-type");
    const std::string media = type == nullptr ? "" : type->substr(0, type->find(';'));
    if (media != "application/json") {
      return Problem{415, "unsupported_media_type", "send application/json", 0,
                     nlohmann::json::object()};
    }
  }
  return std::nullopt;
}

std::string HttpServer::extra_headers(const RequestHead* head) const {
  std::string text;
  for (const auto& [name, value] : safe_headers()) text += fmt::format("{}: {}\r\n", name, value);
  const std::string* origin = head == nullptr ? nullptr : head->find("origin");
  if (origin != nullptr && std::ranges::find(rules_.origins, *origin) != rules_.origins.end()) {
    text += fmt::format("Access-Control-Allow-Origin: {}\r\nVary: Origin\r\n", *origin);
  }
  return text;
}

void HttpServer::refuse(Connection& connection, const Problem& problem,
                        const RequestHead* head) const {
  const bool with_body = head == nullptr || head->method != "HEAD";
  connection.write(response_text(problem, extra_headers(head), with_body));
}

void HttpServer::preflight(Connection& connection, const RequestHead& head) const {
  connection.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n" + extra_headers(&head) +
                   "Access-Control-Allow-Methods: GET, POST\r\n"
                   "Access-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, "
                   "Last-Event-ID, Dlfix-Client\r\nAccess-Control-Max-Age: 600\r\n"
                   "Allow: GET, POST\r\n\r\n");
}

void HttpServer::dispatch(const httplib::Request& request, httplib::Response& response) const {
  const auto origin = request.get_header_value("Origin");
  if (!origin.empty()) {  // one of ours: the request was let through
    response.set_header("Access-Control-Allow-Origin", origin);
    response.set_header("Vary", "Origin");
  }
  try {
    const auto found = router_.find(request.method, request.path);
    if (const auto* problem = std::get_if<Problem>(&found)) return answer(response, *problem);
    const auto& match = std::get<RouteMatch>(found);
    match.route->handler(request, match.values, response);
  } catch (const std::exception& error) {
    const Problem problem = problem_of(error);
    if (problem.status == 500) log_(fmt::format("{}: {}", request.path, error.what()));
    answer(response, problem);
  }
}

}  // namespace dlfix::agent::serve
