// The way to an endpoint: proxies and certificates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdlib>

#include "providers/http_provider.h"
#include "tests/providers/protocol/scenarios.h"
#include "tests/providers/self_signed.h"
#include "tests/temporary_folder.h"

namespace dlfix::providers {
namespace {

using testing::HasSubstr;
using tests::Scenarios;
using tests::Wire;
using tests::WireRequest;
using tests::WireServer;

/// Sets environment variables for one test.
class Environment {
 public:
  explicit Environment(std::map<std::string, std::string> values) {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"}) unsetenv(name);
    for (const auto& [name, value] : values) setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const char* name : {"http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"}) unsetenv(name);
  }
};

Reply ask(const std::string& base_url, const std::string& ca_file = "") {
  Connection connection;
  connection.base_url = base_url;
  connection.retry.retries = 0;
  connection.http.timeout = std::chrono::milliseconds(3000);
  connection.http.ca_file = ca_file;
  const ChatRequest request{"ok", 0.0, {{"user", "repair"}}, 0};
  Reply reply;
  make_provider(*find_dialect("compatible"), std::move(connection))
      ->complete(std::span(&request, 1), nullptr,
                 [&](std::size_t, const Reply& received) { reply = received; });
  return reply;
}

TEST(ProviderNetwork, AProxyOfTheEnvironmentIsAskedForHostsElsewhere) {
  for (const char* variable : {"http_proxy", "HTTP_PROXY"}) {
    WireServer proxy{Scenarios()};
    const Environment environment({{variable, proxy.url()}});
    const Reply reply = ask("http://model.example.invalid/v1");
    EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << variable << ": " << reply.error;
    ASSERT_EQ(proxy.requests().size(), 1u);
    EXPECT_THAT(proxy.requests()[0].target, HasSubstr("http://model.example.invalid/v1/"));
  }
}

TEST(ProviderNetwork, ThisMachineAndExceptionsAreAskedDirectly) {
  WireServer proxy{Scenarios()};
  WireServer server{Scenarios()};
  const Environment environment(
      {{"http_proxy", proxy.url()}, {"no_proxy", "other.example.invalid"}});
  EXPECT_EQ(ask(server.url() + "/v1").outcome, ReplyOutcome::kOk);
  EXPECT_NE(ask("http://other.example.invalid/v1").outcome, ReplyOutcome::kOk);
  EXPECT_TRUE(proxy.requests().empty());
}

/// An HTTPS endpoint whose certificate no authority has signed.
class TlsServer {
 public:
  explicit TlsServer(const tests::TemporaryFolder& folder) {
    tests::write_self_signed(folder.file("key.pem"), folder.file("certificate.pem"));
    server_ = std::make_unique<httplib::SSLServer>(folder.file("certificate.pem").c_str(),
                                                   folder.file("key.pem").c_str());
    server_->Post("/v1/chat/completions", [this](const auto&, httplib::Response& response) {
      ++served_;
      const auto answer = tests::openai_vendor().answer("{}", tests::Ending::kStop);
      response.set_content(answer.dump(), "application/json");
    });
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::yield();
  }
  ~TlsServer() {
    server_->stop();
    thread_.join();
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  int served() const { return served_; }

 private:
  std::unique_ptr<httplib::SSLServer> server_;
  std::thread thread_;
  std::atomic<int> served_{0};
  int port_ = 0;
};

TEST(ProviderNetwork, ACertificateThatNobodyTrustsGetsNoPrompt) {
  const tests::TemporaryFolder folder;
  const TlsServer server(folder);
  const Reply reply = ask(server.url());
  EXPECT_NE(reply.outcome, ReplyOutcome::kOk);
  EXPECT_THAT(reply.error, HasSubstr("certificate"));
  EXPECT_EQ(server.served(), 0);
}

TEST(ProviderNetwork, TheUsersOwnAuthorityIsTrusted) {
  const tests::TemporaryFolder folder;
  const TlsServer server(folder);
  const Reply reply = ask(server.url(), folder.file("certificate.pem"));
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk) << reply.error;
  EXPECT_EQ(server.served(), 1);
}

}  // namespace
}  // namespace dlfix::providers
