#include "tests/providers/protocol/wire_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace dlfix::tests {
namespace {

const char* reason(int status) { return status == 200 ? "OK" : "Said By Script"; }

std::string head(int status, const std::map<std::string, std::string>& headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " " + reason(status) + "\r\n";
  for (const auto& [name, value] : headers) text.append(name + ": " + value + "\r\n");
  return text + "\r\n";
}

int listen_on(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 256) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port));
  return listener;
}

int port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void parse_head(std::string_view text, WireRequest& request) {
  const auto line_end = text.find("\r\n");
  const auto line = text.substr(0, line_end);
  const auto first = line.find(' ');
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, line.rfind(' ') - first - 1);
  for (auto at = line_end; at != std::string_view::npos;) {
    const auto begin = at + 2;
    at = text.find("\r\n", begin);
    const auto field = text.substr(begin, at == std::string_view::npos ? at : at - begin);
    const auto colon = field.find(": ");
    if (colon != std::string_view::npos)
      request.headers[lower(std::string(field.substr(0, colon)))] = field.substr(colon + 2);
  }
}

}  // namespace

bool Wire::send(std::string_view bytes) {
  while (open_ && !bytes.empty()) {
    if (stopping_) return open_ = false;
    pollfd waiting{socket_, POLLOUT, 0};
    if (::poll(&waiting, 1, 100) == 0) continue;
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (sent <= 0) return open_ = false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return open_;
}

bool Wire::pause(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end && !stopping_) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    std::this_thread::sleep_for(
        std::clamp(left, std::chrono::milliseconds(0), std::chrono::milliseconds(50)));
  }
  return !stopping_;
}

void Wire::respond(int status, const std::string& body,
                   const std::map<std::string, std::string>& headers) {
  auto all = headers;
  all.emplace("Content-Type", "application/json");
  all["Content-Length"] = std::to_string(body.size());
  send(head(status, all) + body);
}

void Wire::begin_stream(const std::string& content_type,
                        const std::map<std::string, std::string>& headers) {
  auto all = headers;
  all["Content-Type"] = content_type;
  all["Connection"] = "close";
  send(head(200, all));
}

void Wire::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  open_ = false;
}

WireServer::WireServer(Script script, int port)
    : script_(std::move(script)), listener_(listen_on(port)), port_(port_of(listener_)) {
  acceptor_ = std::thread([this] { accept_all(); });
}

WireServer::~WireServer() {
  stopping_ = true;
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

std::vector<WireRequest> WireServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void WireServer::accept_all() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0) continue;
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) continue;
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_sockets_.insert(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void WireServer::serve(int socket) {
  std::string buffer;
  Wire wire(socket, stopping_);
  WireRequest request;
  while (wire.open() && read_request(socket, buffer, request)) script_(request, wire);
  const std::lock_guard lock(mutex_);
  open_sockets_.erase(socket);
  ::close(socket);
}

bool WireServer::read_request(int socket, std::string& buffer, WireRequest& request) {
  const auto more = [&] {
    char block[16384];
    const auto got = ::recv(socket, block, sizeof block, 0);
    if (got > 0) buffer.append(block, static_cast<std::size_t>(got));
    return got > 0;
  };
  auto end = buffer.find("\r\n\r\n");
  for (; end == std::string::npos; end = buffer.find("\r\n\r\n"))
    if (stopping_ || !more()) return false;
  request = {};
  parse_head(std::string_view(buffer).substr(0, end), request);
  const auto length = request.headers.find("content-length");
  const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
  if (request.headers.contains("expect")) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    ::send(socket, kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
  }
  while (buffer.size() < end + 4 + size)
    if (stopping_ || !more()) return false;
  request.body = buffer.substr(end + 4, size);
  buffer.erase(0, end + 4 + size);
  request.number = served_++;
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  return true;
}

}  // namespace dlfix::tests
