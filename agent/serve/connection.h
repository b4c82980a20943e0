// One client's connection, with time limits that a slow client cannot stretch.
#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "agent/serve/limits.h"
#include "agent/serve/transport.h"

namespace dlfix::agent::serve {

enum class HeadState { kComplete, kClosed, kTooLarge, kTooSlow };

/// What the HTTP library reads a request from and writes its answer to. A request's head is read
/// whole first (read_head) and may be replaced; time limits count from its first byte, however the
/// client spreads them.
class Connection : public httplib::Stream {
 public:
  /// Takes the socket and closes it in the end. `tls`: nullptr for a plain connection. `stopping`
  /// ends the waiting for a next request.
  Connection(int socket, SslPointer tls, const Limits& limits, const std::atomic<bool>& stopping);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// False: the other side speaks no TLS, or too slowly. A plain connection has nothing to do.
  bool shake_hands();
  /// Waits for a request and reads it to its empty line.
  HeadState read_head();
  std::string_view head() const { return {buffer_.data(), head_bytes_}; }
  /// What read() gives in place of head(), followed by `body_bytes` of body.
  void begin_request(std::string plain_head, std::size_t body_bytes);
  /// Passes over what is left of the body. False: it is too much or too slow; close the connection.
  bool finish_request();

  bool is_readable() const override;
  bool is_writable() const override;  ///< false when the client has gone
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }
  using httplib::Stream::write;

 private:
  using Clock = std::chrono::steady_clock;
  /// More bytes into the buffer. False at the end of the stream or of the time.
  bool fill(Clock::time_point deadline);

  int socket_;
  Transport transport_;
  Limits limits_;
  const std::atomic<bool>& stopping_;
  std::string buffer_;  ///< bytes of the client that are not used yet
  std::size_t head_bytes_ = 0;
  std::string head_text_;  ///< of the plain head, what is still to be read
  std::size_t body_left_ = 0;
  Clock::time_point body_deadline_;
};

}  // namespace dlfix::agent::serve
