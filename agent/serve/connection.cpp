#include "agent/serve/connection.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace dlfix::agent::serve {
namespace {

using namespace std::chrono_literals;

constexpr auto kSlice = 100ms;                  // how soon a stop is noticed
constexpr std::size_t kPassedOver = 64 * 1024;  // of a body that nobody read

/// Waits for an event until the deadline. 0: time is over.
int wait_for(int socket, short events, std::chrono::steady_clock::time_point deadline,
             std::chrono::milliseconds longest) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  if (left <= 0ms) return 0;
  pollfd poller{socket, events, 0};
  const int ready = ::poll(&poller, 1, static_cast<int>(std::min(left, longest).count()));
  return ready < 0 && errno == EINTR ? 0 : ready;
}

}  // namespace

Connection::Connection(int socket, SslPointer tls, const Limits& limits,
                       const std::atomic<bool>& stopping)
    : socket_(socket), transport_(socket, std::move(tls)), limits_(limits), stopping_(stopping) {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::~Connection() {
  // What the client still sends would make the kernel reset the connection before the client has
  // read our answer.
  transport_.end_sending();
  std::array<char, 4096> rest{};
  const auto deadline = Clock::now() + 200ms;
  while (wait_for(socket_, POLLIN, deadline, 200ms) > 0 &&
         ::recv(socket_, rest.data(), rest.size(), MSG_DONTWAIT) > 0) {
  }
  ::close(socket_);
}

bool Connection::fill(Clock::time_point deadline) {
  std::array<char, 16384> block{};
  while (true) {
    const Moved moved = transport_.receive(block.data(), block.size());
    if (moved.state == Moved::State::kMoved) {
      buffer_.append(block.data(), moved.bytes);
      return true;
    }
    if (moved.state == Moved::State::kEnded) return false;
    if (stopping_ || Clock::now() >= deadline) return false;
    wait_for(socket_, moved.wait_for, deadline, kSlice);
  }
}

bool Connection::shake_hands() {
  const auto deadline = Clock::now() + limits_.header_time;
  while (true) {
    const Moved moved = transport_.shake_hands();
    if (moved.state != Moved::State::kWait) return moved.state == Moved::State::kMoved;
    if (stopping_ || Clock::now() >= deadline) return false;
    wait_for(socket_, moved.wait_for, deadline, kSlice);
  }
}

HeadState Connection::read_head() {
  const auto idle = Clock::now() + limits_.idle_time;
  while (buffer_.empty()) {
    if (!fill(idle)) return HeadState::kClosed;
  }
  const auto deadline = Clock::now() + limits_.header_time;
  std::size_t searched = 0;
  while (true) {
    const std::size_t end = buffer_.find("\r\n\r\n", searched > 3 ? searched - 3 : 0);
    if (end != std::string::npos && end + 4 <= limits_.header_bytes) {
      head_bytes_ = end + 4;
      return HeadState::kComplete;
    }
    if (buffer_.size() > limits_.header_bytes) return HeadState::kTooLarge;
    searched = buffer_.size();
    if (!fill(deadline)) return Clock::now() >= deadline ? HeadState::kTooSlow : HeadState::kClosed;
  }
}

void Connection::begin_request(std::string plain_head, std::size_t body_bytes) {
  buffer_.erase(0, head_bytes_);
  head_bytes_ = 0;
  head_text_ = std::move(plain_head);
  std::ranges::reverse(head_text_);
  body_left_ = body_bytes;
  body_deadline_ = Clock::now() + limits_.body_time;
}

bool Connection::finish_request() {
  head_text_.clear();
  if (body_left_ > kPassedOver) return false;
  std::array<char, 4096> rest{};
  while (body_left_ > 0) {
    if (read(rest.data(), rest.size()) <= 0) return false;
  }
  return true;
}

ssize_t Connection::read(char* data, std::size_t size) {
  if (!head_text_.empty()) {  // kept in reverse: the library takes it byte by byte
    const std::size_t given = std::min(size, head_text_.size());
    for (std::size_t i = 0; i < given; ++i) {
      data[i] = head_text_.back();
      head_text_.pop_back();
    }
    return static_cast<ssize_t>(given);
  }
  if (body_left_ == 0) return 0;
  if (buffer_.empty() && !fill(body_deadline_)) return -1;
  const std::size_t given = std::min({size, buffer_.size(), body_left_});
  std::memcpy(data, buffer_.data(), given);
  buffer_.erase(0, given);
  body_left_ -= given;
  return static_cast<ssize_t>(given);
}

ssize_t Connection::write(const char* data, std::size_t size) {
  const auto deadline = Clock::now() + limits_.write_time;
  std::size_t sent = 0;
  while (sent < size) {
    const Moved moved = transport_.send(data + sent, size - sent);
    sent += moved.bytes;
    if (moved.state == Moved::State::kMoved) continue;
    if (moved.state == Moved::State::kEnded) return -1;
    if (stopping_ || Clock::now() >= deadline) return -1;
    wait_for(socket_, moved.wait_for, deadline, kSlice);
  }
  return static_cast<ssize_t>(sent);
}

bool Connection::is_readable() const { return !head_text_.empty() || body_left_ > 0; }

bool Connection::is_writable() const {
  pollfd poller{socket_, POLLOUT | POLLRDHUP, 0};
  if (::poll(&poller, 1, 0) < 0) return false;
  return (poller.revents & (POLLERR | POLLHUP | POLLRDHUP)) == 0 && !stopping_;
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &length) != 0) return;
  if (address.ss_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(&address);
    ip = ::inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size());
    port = ntohs(four->sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(&address);
    ip = ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
    port = ntohs(six->sin6_port);
  }
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace dlfix::agent::serve
