// The HTTP side of the local endpoint: limits, checks and dispatch; what is answered is the
// router's.
#pragma once

#include <httplib.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "agent/serve/connection.h"
#include "agent/serve/guard.h"
#include "agent/serve/limits.h"
#include "agent/serve/router.h"
#include "agent/serve/tls.h"

namespace dlfix::agent::serve {

/// A server of one thread a connection. Every request passes, in this order: the strict reading of
/// its head, Host and Origin, the route, the token, the type of its body. Only then does the HTTP
/// library see it, in a plain form.
class HttpServer : private httplib::Server {
 public:
  /// `router` outlives the server. `log`: internal errors, without what clients sent.
  /// `tls`: nothing for plain HTTP.
  HttpServer(const Router& router, Limits limits, std::optional<TlsContext> tls,
             std::function<void(const std::string&)> log);

  /// Returns the port. Errors: EnvironmentError (the port is taken, no such address).
  int bind(const std::string& host, int port);
  /// Call between bind() and run().
  void set_rules(GuardRules rules) { rules_ = std::move(rules); }
  /// Answers until stop().
  void run();
  /// From any thread; connections end within a fraction of a second.
  void stop();
  const std::atomic<bool>& stopping() const { return stopping_; }

 private:
  bool process_and_close_socket(socket_t socket) override;
  void turn_away(socket_t socket) const;
  /// One request. False: the connection is to be closed.
  bool serve_one(Connection& connection);
  /// What is wrong with a request before its body is read.
  std::optional<Problem> refusal(const RequestHead& head) const;
  void refuse(Connection& connection, const Problem& problem, const RequestHead* head) const;
  void preflight(Connection& connection, const RequestHead& head) const;
  void dispatch(const httplib::Request& request, httplib::Response& response) const;
  std::string extra_headers(const RequestHead* head) const;

  const Router& router_;
  Limits limits_;
  std::optional<TlsContext> tls_;
  GuardRules rules_;
  std::function<void(const std::string&)> log_;
  std::atomic<bool> stopping_{false};
  std::thread::id accepting_;
};

}  // namespace dlfix::agent::serve
