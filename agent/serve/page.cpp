#include "agent/serve/page.h"

#include <openssl/evp.h>

#include <array>

#include <fmt/format.h>

#include "agent/serve/built_in_files.h"

namespace dlfix::agent::serve {
namespace {

/// 'sha256-...' of Content-Security-Policy.
std::string source_hash(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(length));
  return fmt::format("'sha256-{}'", reinterpret_cast<const char*>(base64.data()));
}

std::string filled(std::string page, const std::string& mark, const std::string& text) {
  const std::size_t at = page.find(mark);
  return page.replace(at, mark.size(), text);
}

}  // namespace

const std::string& page_document() {
  static const std::string kPage =
      filled(filled(page_text(), "{{style}}", style_text()), "{{script}}", script_text());
  return kPage;
}

const std::string& page_policy() {
  static const std::string kPolicy = fmt::format(
      "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; img-src data:; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      source_hash(script_text()), source_hash(style_text()));
  return kPolicy;
}

void add_page(Router& router) {
  router.add({"GET", "/",
              [](const httplib::Request& request, const PathValues&, httplib::Response& response) {
                if (request.has_header(kUnsigned)) response.status = 401;
                response.set_header("Content-Security-Policy", page_policy());
                response.set_content(page_document(), "text/html; charset=utf-8");
              },
              false, true});
}

}  // namespace dlfix::agent::serve
