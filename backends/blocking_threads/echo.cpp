// Echo with a thread for each connection: the kernel's scheduler is the event loop, and each
// connection is a few lines that read from top to bottom.
#include "backends/tasks/echo.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include "backends/blocking_threads/connections.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/fd.hpp"

namespace ringside::blocking_threads {

void echo(const EchoTask& task);

namespace {

// False when the connection is broken.
bool send_all(int socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

// Returns, and closes the socket, when the peer has closed, when the connection is broken, or when
// the server stops.
void serve_connection(const UniqueFd& socket, std::size_t buffer_bytes,
                      const std::stop_token& stop) {
  // Shutting a socket down is what wakes a thread that is blocked on it; closing it does not.
  const std::stop_callback wake(stop, [&] { ::shutdown(socket.get(), SHUT_RDWR); });
  std::vector<std::byte> buffer(buffer_bytes);
  for (;;) {
    const ssize_t received = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return;
    if (!send_all(socket.get(), std::span(buffer).first(static_cast<std::size_t>(received))))
      return;
  }
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("threads", "one for each connection");
  run_loops(task, [&](int listener, const Ready& ready) {
    ready();
    Connections connections(listener, task.stop);
    while (connections.wait()) {
      UniqueFd accepted(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
      if (!accepted) {
        connections.accept_failed(errno);
        continue;
      }
      set_no_delay(accepted.get());
      const auto socket = std::make_shared<UniqueFd>(std::move(accepted));
      connections.start([socket, bytes = task.buffer_bytes](const std::stop_token& stop) {
        serve_connection(std::exchange(*socket, {}), bytes, stop);
      });
    }
  });
}

}  // namespace ringside::blocking_threads
