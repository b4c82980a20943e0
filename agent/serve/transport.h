// The bytes of one connection, plain or through TLS.
#pragma once

#include <sys/types.h>

#include <cstddef>

#include "agent/serve/tls.h"

namespace dlfix::agent::serve {

/// How an attempt to move bytes went.
struct Moved {
  enum class State { kMoved, kWait, kEnded } state;
  std::size_t bytes = 0;
  short wait_for = 0;  ///< with kWait: POLLIN or POLLOUT
};

/// Never waits: what cannot be done at once is kWait. Does not own the socket.
class Transport {
 public:
  /// `tls`: nullptr for a plain connection.
  Transport(int socket, SslPointer tls) : socket_(socket), tls_(std::move(tls)) {}

  /// The TLS handshake goes on with each call until kMoved; plain: kMoved.
  Moved shake_hands();
  Moved receive(char* data, std::size_t size);
  Moved send(const char* data, std::size_t size);
  /// Tells the other side that nothing more comes.
  void end_sending();

 private:
  Moved after(int result);

  int socket_;
  SslPointer tls_;
};

}  // namespace dlfix::agent::serve
