// Echo on raw epoll: one edge-triggered loop per listener. A readable connection is read and
// answered at once, into and out of one buffer that all connections share; a connection has bytes
// of its own only while its peer does not take its answer, and is not read until it does.
#include "backends/tasks/echo.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "backends/epoll/listener.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"

namespace ringside::epoll {

void echo(const EchoTask& task);

namespace {

// What one epoll_wait may return: with hundreds of busy connections, one call serves them all.
constexpr std::size_t event_batch = 512;
// Full buffers taken from one connection before the others, and the stop signal, get their turn.
constexpr int reads_per_turn = 16;
// Everything a connection will ever wait for, so that one epoll_ctl lasts its whole life:
// edge-triggered, writability is reported anew only after a write that did not fit.
constexpr std::uint32_t connection_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

struct Connection {
  UniqueFd socket;
  std::vector<std::byte> unsent;  // what the peer has not taken; at most one buffer
};

class EchoLoop {
 public:
  EchoLoop(const EchoTask& task, int listener)
      : listening_(listener),
        stop_(task.stop.fd()),
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC),
                     "the epoll set of an event loop (epoll_create1)")),
        listener_(epoll_, listener),
        buffer_(task.buffer_bytes) {
    check(control(epoll_, EPOLL_CTL_ADD, stop_, EPOLLIN),
          "waiting for one more descriptor (epoll_ctl)");
  }

  void run() {
    std::array<epoll_event, event_batch> events;
    for (;;) {
      const int timeout_ms = listener_.timeout_ms();
      const int count = ::epoll_wait(epoll_.get(), events.data(), event_batch, timeout_ms);
      if (count < 0 && errno != EINTR) throw_errno("waiting for events (epoll_wait)");
      listener_.resume_when_due();

      for (int i = 0; i < count; ++i) {
        const auto& [mask, data] = events[static_cast<std::size_t>(i)];
        if (data.fd == stop_) return;
        if (data.fd == listening_) {
          accept_waiting();
          continue;
        }
        Connection& connection = connections_[static_cast<std::size_t>(data.fd)];
        const bool ending = mask & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
        if (!serve(connection, ending)) connection = {};
      }
    }
  }

 private:
  // Answers what has arrived. False when the connection is over.
  bool serve(Connection& connection, bool ending) {
    if (!send_unsent(connection)) return false;
    for (int reads = 0; reads < reads_per_turn; ++reads) {
      if (!connection.unsent.empty()) return true;  // that it can be written is the next edge
      const ssize_t received = ::recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
      if (received == 0) return false;
      if (received < 0 && errno == EINTR) continue;
      if (received < 0) return errno == EAGAIN;

      const auto size = static_cast<std::size_t>(received);
      if (!send_or_keep(connection, std::span(buffer_).first(size))) return false;
      // A short read has emptied the socket and what comes later is a new edge (epoll(7)), so the
      // read that would say EAGAIN is saved. Not so when this edge told of the end as well: nothing
      // more will come, and the end itself has yet to be read.
      if (size < buffer_.size() && !ending) return true;
    }
    // There may be more, whose edge is spent: setting the events anew reports it again, behind
    // everybody who waits already.
    return control(epoll_, EPOLL_CTL_MOD, connection.socket.get(), connection_events) == 0;
  }

  // False when the connection is broken.
  static bool send_or_keep(Connection& connection, std::span<const std::byte> bytes) {
    const ssize_t sent = ::send(connection.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) return send_or_keep(connection, bytes);
    if (sent < 0 && errno != EAGAIN) return false;
    const auto rest = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    connection.unsent.assign(rest.begin(), rest.end());
    return true;
  }

  // False when the connection is broken.
  static bool send_unsent(Connection& connection) {
    if (connection.unsent.empty()) return true;
    return send_or_keep(connection, std::exchange(connection.unsent, {}));
  }

  void accept_waiting() {
    for (;;) {
      UniqueFd socket(::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket && listener_.goes_on_after(errno)) continue;
      if (!socket) return;
      set_no_delay(socket.get());
      if (control(epoll_, EPOLL_CTL_ADD, socket.get(), connection_events) < 0) {
        return listener_.pause();
      }
      const auto index = static_cast<std::size_t>(socket.get());
      if (index >= connections_.size()) connections_.resize(index + 1);
      connections_[index].socket = std::move(socket);
    }
  }

  int listening_, stop_;
  UniqueFd epoll_;
  Listener listener_;
  std::vector<std::byte> buffer_;
  std::vector<Connection> connections_;  // by descriptor: the kernel hands out the lowest numbers
};

}  // namespace

void echo(const EchoTask& task) {
  task.effective("trigger", "edge");
  run_loops(task, [&](int listener, const Ready& ready) {
    EchoLoop loop(task, listener);
    ready();
    loop.run();
  });
}

}  // namespace ringside::epoll
