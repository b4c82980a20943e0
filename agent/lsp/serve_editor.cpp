#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>

#include "agent/cli/interrupt.h"
#include "agent/lsp/message_stream.h"
#include "agent/lsp/server.h"
#include "trainer/support/errors.h"

namespace dlfix::agent::lsp {
namespace {

using namespace std::chrono_literals;
using Clock = Server::Clock;

constexpr auto kParentCheck = 3s;

void write_all(int output, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = ::write(output, bytes.data() + sent, bytes.size() - sent);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return;  // the editor is gone: reading will tell
    }
  }
}

int milliseconds_until(std::optional<Clock::time_point> due) {
  auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(kParentCheck);
  if (due) {
    wait = std::min(
        wait, std::chrono::duration_cast<std::chrono::milliseconds>(*due - Clock::now() + 1ms));
  }
  return static_cast<int>(std::max(wait, 0ms).count());
}

bool is_gone(int process) { return process > 0 && ::kill(process, 0) != 0 && errno == ESRCH; }

}  // namespace

int serve_editor(serve::StaticAnalysis& analysis, const RepairSettings& repair, int input,
                 int output) {
  Server server(analysis, repair,
                [output](const nlohmann::json& message) { write_all(output, framed(message)); });
  MessageReader reader;
  std::array<char, 65536> block{};
  while (!server.exit_code() && !interrupt_requested()) {
    std::array<pollfd, 2> polled{{{input, POLLIN, 0}, {server.repair_fd(), POLLIN, 0}}};
    ::poll(polled.data(), polled.size(), milliseconds_until(server.due()));
    if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const ssize_t count = ::read(input, block.data(), block.size());
      if (count == 0 || (count < 0 && errno != EINTR)) return 1;
      if (count > 0) {
        server.handle(reader.take({block.data(), static_cast<std::size_t>(count)}));
        reader.take({});  // what cannot be read behind these messages ends us now
      }
    }
    server.tick();
    if (is_gone(server.parent())) return 1;
  }
  return server.exit_code().value_or(1);
}

}  // namespace dlfix::agent::lsp
