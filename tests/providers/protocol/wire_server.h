// An HTTP/1.1 server that can misbehave: its script writes bytes, waits, resets. Loopback only.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dlfix::tests {

struct WireRequest {
  int number = 0;  ///< in order of arrival, from 0
  std::string method;
  std::string target;                          ///< path and query
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// The connection that a request came on.
class Wire {
 public:
  explicit Wire(int socket, const std::atomic<bool>& stopping)
      : socket_(socket), stopping_(stopping) {}
  /// False when the client is gone or the server stops.
  bool send(std::string_view bytes);
  /// False when the server stops meanwhile.
  bool pause(std::chrono::milliseconds time);
  void respond(int status, const std::string& body,
               const std::map<std::string, std::string>& headers = {});
  /// Headers of a stream; what follows is the body, until close().
  void begin_stream(const std::string& content_type,
                    const std::map<std::string, std::string>& headers = {});
  /// Ends the connection: in order, or with a reset.
  void close() { open_ = false; }
  void reset();
  bool open() const { return open_; }

 private:
  int socket_;
  const std::atomic<bool>& stopping_;
  bool open_ = true;
};

class WireServer {
 public:
  using Script = std::function<void(const WireRequest&, Wire&)>;
  /// Listens on a free port of 127.0.0.1, or on `port`. One thread a connection runs `script`.
  explicit WireServer(Script script, int port = 0);
  ~WireServer();
  WireServer(const WireServer&) = delete;
  WireServer& operator=(const WireServer&) = delete;

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int served() const { return served_; }
  int connections() const { return connections_; }
  std::vector<WireRequest> requests() const;

 private:
  void accept_all();
  void serve(int socket);
  bool read_request(int socket, std::string& buffer, WireRequest& request);

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> served_{0};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<WireRequest> requests_;
  std::set<int> open_sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace dlfix::tests
