#include "agent/serve/transport.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace dlfix::agent::serve {
namespace {

using State = Moved::State;

Moved after_socket(ssize_t result, short wait_for) {
  if (result > 0) return {State::kMoved, static_cast<std::size_t>(result)};
  const bool later = result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  return later ? Moved{State::kWait, 0, wait_for} : Moved{State::kEnded};
}

int length_of(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

Moved Transport::after(int result) {
  if (result > 0) return {State::kMoved, static_cast<std::size_t>(result)};
  const int error = SSL_get_error(tls_.get(), result);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return {State::kWait, 0, POLLIN};
  if (error == SSL_ERROR_WANT_WRITE) return {State::kWait, 0, POLLOUT};
  return {State::kEnded};
}

Moved Transport::shake_hands() {
  if (!tls_) return {State::kMoved};
  // OpenSSL moves bytes by read and write, which wait on a socket that may.
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  ERR_clear_error();
  return after(SSL_accept(tls_.get()));
}

Moved Transport::receive(char* data, std::size_t size) {
  if (!tls_) return after_socket(::recv(socket_, data, size, MSG_DONTWAIT), POLLIN);
  ERR_clear_error();
  return after(SSL_read(tls_.get(), data, length_of(size)));
}

Moved Transport::send(const char* data, std::size_t size) {
  if (!tls_) return after_socket(::send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT), POLLOUT);
  ERR_clear_error();
  return after(SSL_write(tls_.get(), data, length_of(size)));
}

void Transport::end_sending() {
  if (tls_ && SSL_is_init_finished(tls_.get()) == 1) SSL_shutdown(tls_.get());
  ERR_clear_error();
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace dlfix::agent::serve
