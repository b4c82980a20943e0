#include "agent/serve/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>

#include "trainer/support/errors.h"

namespace dlfix::agent::serve {
namespace {

std::string why() {
  std::array<char, 256> text{};
  const unsigned long error = ERR_get_error();
  ERR_error_string_n(error, text.data(), text.size());
  ERR_clear_error();
  return error == 0 ? "OpenSSL gives no reason" : text.data();
}

/// A key with a password would ask for it on the terminal.
int refuse_password(char*, int, int, void*) { return -1; }

std::string text_of(const ASN1_STRING* value) {
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(value));
  return {bytes, static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string address_of(const ASN1_STRING* value) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(value) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(value) != 16) return "";
  if (::inet_ntop(family, ASN1_STRING_get0_data(value), text.data(), text.size()) == nullptr) {
    return "";
  }
  return family == AF_INET6 ? "[" + std::string(text.data()) + "]" : text.data();
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  auto* alternatives = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives, i);
    std::string text;
    if (name->type == GEN_DNS) text = text_of(name->d.dNSName);
    if (name->type == GEN_IPADD) text = address_of(name->d.iPAddress);
    if (!text.empty()) names.push_back(std::move(text));
  }
  GENERAL_NAMES_free(alternatives);
  return names;
}

}  // namespace

TlsContext::TlsContext(const std::string& certificate, const std::string& key)
    : context_(SSL_CTX_new(TLS_server_method())) {
  if (!context_) throw support::EnvironmentError("TLS cannot be had: " + why(), "check OpenSSL");
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_default_passwd_cb(context, refuse_password);
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    throw support::InputError("--tls-cert " + certificate + ": no certificate: " + why(),
                              "give a file in PEM with the server's certificate first");
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw support::InputError("--tls-key " + key + ": not the certificate's key: " + why(),
                              "give the key of --tls-cert in PEM, without a password");
  }
  names_ = names_of(SSL_CTX_get0_certificate(context));
  if (names_.empty()) {
    throw support::InputError("--tls-cert " + certificate + ": is for no name and no address",
                              "take a certificate with a subjectAltName");
  }
}

SslPointer TlsContext::accept(int socket) const {
  SslPointer ssl(SSL_new(context_.get()));
  if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) {
    throw support::EnvironmentError("a TLS connection cannot be begun: " + why(), "try again");
  }
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace dlfix::agent::serve
