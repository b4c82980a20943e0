// What the local endpoint allows a client.
#pragma once

#include <chrono>
#include <cstddef>

namespace dlfix::agent::serve {

struct Limits {
  std::size_t header_bytes = 16 * 1024;      ///< request line and headers
  std::size_t headers = 64;                  ///< how many
  std::size_t target_bytes = 2048;           ///< path and query
  std::size_t body_bytes = 2 * 1024 * 1024;  ///< declared by Content-Length
  std::chrono::milliseconds header_time{
      10'000};                                  ///< from a request's first byte to its headers' end
  std::chrono::milliseconds body_time{20'000};  ///< for the whole body
  std::chrono::milliseconds write_time{20'000};  ///< for one block of an answer
  std::chrono::milliseconds idle_time{60'000};   ///< between two requests of a connection
  int connections = 160;                         ///< at a time; more are answered 503
  int streams = 32;                              ///< of these, event streams
};

}  // namespace dlfix::agent::serve
