// A run that asks and stores, to be killed: `ask_replies URL STORE COUNT CONCURRENCY`. Prints how
// many requests it sent and how many replies it had.
#include <iostream>

#include "agent/llm/asking.h"

int main(int argc, char** argv) {
  using namespace dlfix::agent;
  if (argc != 5) return 2;
  LlmOptions options;
  options.llms = {"compatible:test-model"};
  options.base_url = argv[1];
  options.concurrency = std::stoi(argv[4]);
  const std::vector<Endpoint> endpoints = open_endpoints(options, process_environment());
  std::vector<dlfix::providers::ChatRequest> requests;
  for (int index = 0; index < std::stoi(argv[3]); ++index)
    requests.push_back({endpoints[0].model, 0.5, {{"user", "q" + std::to_string(index)}}, 0});
  Store store(argv[2]);
  const std::atomic<bool> never{false};
  const Answers answers = ask(endpoints[0], requests, store, never);
  int ok = 0;
  for (const auto& reply : answers.replies)
    ok += reply.outcome == dlfix::providers::ReplyOutcome::kOk ? 1 : 0;
  std::cout << nlohmann::json{{"sent", answers.sent}, {"stored", answers.stored}, {"ok", ok}}.dump()
            << std::endl;
  return ok == static_cast<int>(requests.size()) ? 0 : 1;
}
