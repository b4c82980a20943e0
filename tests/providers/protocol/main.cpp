// The protocol test server as a program: `dlfix-protocol-server [PORT] [--delay LOW HIGH]` prints
// its port and serves until its standard input ends. The delay, in milliseconds, is a random one
// before each answer.
#include <iostream>
#include <random>

#include "tests/providers/protocol/scenarios.h"

int main(int argc, char** argv) {
  using namespace dlfix::tests;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  int port = 0;
  int low = 0;
  int high = 0;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    if (arguments[at] == "--delay" && at + 2 < arguments.size()) {
      low = std::stoi(arguments[at + 1]);
      high = std::stoi(arguments[at + 2]);
      at += 2;
    } else {
      port = std::stoi(arguments[at]);
    }
  }
  Scenarios scenarios;
  WireServer server(
      [&](const WireRequest& request, Wire& wire) {
        if (high > 0 && request.method == "POST") {
          thread_local std::mt19937 random{std::random_device{}()};
          wire.pause(std::chrono::milliseconds(std::uniform_int_distribution(low, high)(random)));
        }
        scenarios(request, wire);
        if (request.method == "POST") std::cout << request.body << std::endl;
      },
      port);
  std::cout << server.port() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
}
