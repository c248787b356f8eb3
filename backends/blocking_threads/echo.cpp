// Echo with a thread for each connection: the kernel's scheduler is the event loop, and each
// connection is a few lines that read from top to bottom.
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "backends/support/thread_group.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/echo/task.hpp"

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

void accept_until_stopped(const EchoTask& task, int listener) {
  ThreadGroup connections;
  auto socket = std::make_shared<UniqueFd>();
  bool exhausted = false;
  std::array waiting{pollfd{.fd = task.stop.fd(), .events = POLLIN, .revents = 0},
                     pollfd{.fd = listener, .events = POLLIN, .revents = 0}};
  for (;;) {
    // Out of descriptors or threads: those who are served go on, the others wait in the backlog,
    // and for a moment only the stop signal is listened to.
    const nfds_t watched = exhausted ? 1 : 2;
    const int timeout_ms = exhausted ? static_cast<int>(accept_pause.count()) : -1;
    if (::poll(waiting.data(), watched, timeout_ms) < 0 && errno != EINTR) throw_errno("poll");
    if (task.stop.raised()) return;

    if (!*socket) socket->reset(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!*socket) {
      const int error = errno;
      const AcceptFailure failure = classify_accept(error);
      if (failure == AcceptFailure::broken) throw_errno("accept4", error);
      exhausted = failure == AcceptFailure::exhausted;
      continue;
    }
    set_no_delay(socket->get());
    exhausted =
        !connections.start([socket, bytes = task.buffer_bytes](const std::stop_token& stop) {
          serve_connection(UniqueFd(std::move(*socket)), bytes, stop);
        });
    if (!exhausted) socket = std::make_shared<UniqueFd>();
  }
}

}  // namespace

void echo(const EchoTask& task) {
  task.effective("threads", "one for each connection");
  run_loops(task.listeners, task.stop, [&](int listener) { accept_until_stopped(task, listener); });
}

}  // namespace ringside::blocking_threads
