// TLS for a server that others than this machine reach.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace dlfix::agent::serve {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPointer = std::unique_ptr<SSL, SslDeleter>;

/// A certificate and its key, ready to serve connections (TLS 1.2 and 1.3).
class TlsContext {
 public:
  /// `certificate`: PEM, the server's own first, then those that lead to its root. `key`: PEM,
  /// without a password. Errors: InputError naming the file; EnvironmentError (OpenSSL).
  TlsContext(const std::string& certificate, const std::string& key);

  /// The names and addresses that the certificate is for (subjectAltName): "ide.example",
  /// "192.0.2.7". A request's Host has to be one of them.
  const std::vector<std::string>& names() const { return names_; }
  /// The server's side of a connection whose handshake is still to come. Errors: EnvironmentError.
  SslPointer accept(int socket) const;

 private:
  std::unique_ptr<SSL_CTX, SslDeleter> context_;
  std::vector<std::string> names_;
};

}  // namespace dlfix::agent::serve
