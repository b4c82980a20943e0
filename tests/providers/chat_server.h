// An HTTP server inside the test that speaks the chat protocol from a script. Loopback only.
#pragma once

#include <httplib.h>
#include <atomic>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace dlfix::tests {

class ChatServer {
 public:
  /// `script(n, request, response)` answers the n-th request (from 0, in order of arrival).
  using Script = std::function<void(int, const httplib::Request&, httplib::Response&)>;

  explicit ChatServer(Script script) : script_(std::move(script)) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(32); };
    server_.Post("/v1/chat/completions",
                 [this](const httplib::Request& request, httplib::Response& response) {
                   const int number = served_++;
                   {
                     const std::lock_guard lock(mutex_);
                     bodies_.push_back(request.body);
                     authorizations_.push_back(request.get_header_value("Authorization"));
                   }
                   script_(number, request, response);
                 });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }

  ~ChatServer() {
    server_.stop();
    thread_.join();
  }

  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  int served() const { return served_; }
  std::vector<std::string> bodies() const {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::vector<std::string> authorizations() const {
    const std::lock_guard lock(mutex_);
    return authorizations_;
  }

 private:
  Script script_;
  httplib::Server server_;
  std::thread thread_;
  std::atomic<int> served_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::vector<std::string> authorizations_;
  int port_ = 0;
};

inline std::string completion(const std::string& text, const std::string& finish = "stop") {
  return nlohmann::json{
      {"id", "chatcmpl-1"},
      {"object", "chat.completion"},
      {"model", "gpt-test-2024"},
      {"choices",
       {{{"index", 0},
         {"finish_reason", finish},
         {"message", {{"role", "assistant"}, {"content", text}}}}}},
      {"usage", {{"prompt_tokens", 11}, {"completion_tokens", 7}, {"total_tokens", 18}}}}
      .dump();
}

inline std::string api_error(const std::string& code, const std::string& message,
                             const std::string& param = "") {
  return nlohmann::json{
      {"error", {{"code", code}, {"type", code}, {"message", message}, {"param", param}}}}
      .dump();
}

}  // namespace dlfix::tests
