// Echo on raw io_uring: one ring per listener. A multishot accept and one multishot recv for each
// connection stay with the kernel, which puts what arrives into buffers that all connections share;
// the program answers straight from those buffers and enters the kernel once per turn of the loop.
#include "backends/tasks/echo.hpp"

#include <liburing.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "backends/io_uring/older_kernels.hpp"
#include "backends/io_uring/server.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "base/uring/buffer_ring.hpp"
#include "base/uring/ring.hpp"

namespace ringside::io_uring {

void echo(const EchoTask& task);

namespace {

using uring::BufferRing;
using uring::Generation;
using uring::Ring;

constexpr unsigned buffers_per_connection = 2;
constexpr std::uint16_t no_buffer = 0xffff;

// What a completion belongs to, carried through the kernel as its user data.
struct Operation {
  enum class Kind : std::uint16_t { stop, accept, accept_pause, receive, send, cancel };
  Kind kind;
  std::uint16_t buffer = no_buffer;  // that a send leaves from
  std::int32_t socket = -1;
};

// An answer leaves straight from the buffer its bytes came in, without waiting for the peer. What
// the peer does not take, and what arrives meanwhile, is copied to `backlog` and the buffer given
// back, so that a slow peer keeps no buffers from the others. The backlog then leaves by way of
// `catching_up`, with a send that does wait.
struct Connection {
  UniqueFd socket;
  bool receiving = false;   // a recv is with the kernel
  bool cancelling = false;  // and has been asked to end
  bool sending = false;     // a send is with the kernel; two at once could change places
  bool ended = false;       // nothing more will come from the peer
  std::span<const std::byte> in_flight;  // what that send was given
  std::vector<std::byte> backlog, catching_up;

  std::size_t owed() const { return backlog.size() + (sending ? in_flight.size() : 0); }
};

class EchoLoop {
 public:
  EchoLoop(const EchoTask& task, int listener, std::span<const Generation> allowed)
      : listener_(listener),
        stop_(task.stop.fd()),
        server_(allowed, task.buffer_bytes, task.effective) {}

  void run() {
    ::io_uring_prep_poll_add(entry_for({.kind = Kind::stop}), stop_, POLLIN);
    accept();
    while (ring_.operations() > 0) {
      uring::check_entered(::io_uring_submit_and_wait(ring_.get(), 1));
      ring_.take_completions([this](const io_uring_cqe& completion) { on_completed(completion); });
      buffers_.publish();
    }
  }

 private:
  using Kind = Operation::Kind;

  // The next submission entry, to be filled in by one of liburing's io_uring_prep_ functions.
  io_uring_sqe* entry_for(Operation operation) {
    io_uring_sqe* const entry = ring_.next_entry();
    ::io_uring_sqe_set_data64(entry, std::bit_cast<std::uint64_t>(operation));
    return entry;
  }

  void on_completed(const io_uring_cqe& completion) {
    const auto what = std::bit_cast<Operation>(completion.user_data);
    const auto socket = static_cast<std::size_t>(what.socket);
    switch (what.kind) {
      case Kind::stop:
        return stop();
      case Kind::accept:
        return on_accepted(completion);
      case Kind::accept_pause:
        return accept();
      case Kind::receive:
        return on_received(connections_[socket], completion);
      case Kind::send:
        return on_sent(connections_[socket], what.buffer, completion.res);
      case Kind::cancel:
        return;  // what was cancelled tells of its own end
    }
  }

  // When the last operation has told of its end, nothing in the kernel holds a socket any more.
  void stop() {
    stopping_ = true;
    ::io_uring_prep_cancel64(entry_for({.kind = Kind::cancel}), 0,
                             IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
  }

  void accept() {
    if (stopping_) return;
    ::io_uring_prep_multishot_accept(entry_for({.kind = Kind::accept}), listener_, nullptr, nullptr,
                                     SOCK_CLOEXEC);
  }

  void on_accepted(const io_uring_cqe& completion) {
    if (completion.res >= 0) open(UniqueFd(completion.res));
    if ((completion.flags & IORING_CQE_F_MORE) || stopping_) return;
    // It ends when completions run short, when it fails, and when there are no descriptors: then
    // the listening socket is left alone for a moment, and its clients wait in the backlog.
    if (completion.res >= 0 || !accept_must_wait(completion.res)) return accept();
    ::io_uring_prep_timeout(entry_for({.kind = Kind::accept_pause}), &pause_, 0, 0);
  }

  void open(UniqueFd socket) {
    set_no_delay(socket.get());
    const auto index = static_cast<std::size_t>(socket.get());
    if (index >= connections_.size()) connections_.resize(index + 1);
    connections_[index].socket = std::move(socket);
    buffers_.provide(buffers_per_connection);
    go_on(connections_[index]);
  }

  // Into whichever buffers the kernel picks from the group; again and again where it can.
  void receive(Connection& connection) {
    const int socket = connection.socket.get();
    io_uring_sqe* const entry = entry_for({.kind = Kind::receive, .socket = socket});
    if (ring_.generation().multishot_recv) {
      ::io_uring_prep_recv_multishot(entry, socket, nullptr, 0, 0);
    } else {
      ::io_uring_prep_recv(entry, socket, nullptr, buffers_.buffer_bytes(), 0);
    }
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = buffers_.group();
    connection.receiving = true;
  }

  void on_received(Connection& connection, const io_uring_cqe& completion) {
    if (!(completion.flags & IORING_CQE_F_MORE)) {
      connection.receiving = connection.cancelling = false;
    }
    const int result = completion.res;
    if (result > 0) {
      const std::uint16_t buffer = BufferRing::buffer_of(completion);
      const std::span<std::byte> bytes = buffers_.bytes_of(completion);
      if (connection.sending) {
        connection.backlog.insert(connection.backlog.end(), bytes.begin(), bytes.end());
        buffers_.give_back(buffer);
      } else {
        send(connection, bytes, buffer, MSG_DONTWAIT);
      }
    } else if (result != -ENOBUFS && result != -ECANCELED && result != -EINTR) {
      connection.ended = true;
    }
    go_on(connection);
  }

  void send(Connection& connection, std::span<const std::byte> bytes, std::uint16_t buffer,
            int flags) {
    const int socket = connection.socket.get();
    ::io_uring_prep_send(entry_for({.kind = Kind::send, .buffer = buffer, .socket = socket}),
                         socket, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
    connection.in_flight = bytes;
    connection.sending = true;
  }

  void on_sent(Connection& connection, std::uint16_t buffer, int result) {
    connection.sending = false;
    if (result >= 0 || result == -EAGAIN || result == -EINTR) {
      const auto rest = connection.in_flight.subspan(static_cast<std::size_t>(std::max(result, 0)));
      connection.backlog.insert(connection.backlog.begin(), rest.begin(), rest.end());
    } else {
      connection.ended = true;
      connection.backlog.clear();
      ::shutdown(connection.socket.get(), SHUT_RDWR);  // which ends the receive as well
    }
    if (buffer != no_buffer) buffers_.give_back(buffer);
    go_on(connection);
  }

  // Starts what the state of the connection now asks for, or closes it when nothing is left to do.
  void go_on(Connection& connection) {
    if (stopping_) {
      connection.ended = true;
      connection.backlog.clear();
    }
    if (!connection.sending && !connection.backlog.empty()) {
      connection.catching_up = std::exchange(connection.backlog, {});
      send(connection, connection.catching_up, no_buffer, MSG_WAITALL);
    }
    // A peer that does not take its answers is not read: the bound of its memory here.
    const bool stalled = connection.owed() >= 4 * buffers_.buffer_bytes();
    if (connection.ended) {
      if (!connection.receiving && !connection.sending) connection = {};
    } else if (!connection.receiving && !stalled) {
      receive(connection);
    } else if (connection.receiving && stalled && !connection.cancelling) {
      cancel_receive(connection);
    }
  }

  void cancel_receive(Connection& connection) {
    const Operation target{.kind = Kind::receive, .socket = connection.socket.get()};
    ::io_uring_prep_cancel64(entry_for({.kind = Kind::cancel}),
                             std::bit_cast<std::uint64_t>(target), 0);
    connection.cancelling = true;
  }

  int listener_, stop_;
  bool stopping_ = false;
  __kernel_timespec pause_ = to_timespec(accept_pause);
  std::vector<Connection> connections_;  // by descriptor; outlives the ring that sends from it
  ServerRing server_;
  Ring& ring_ = server_.ring;
  BufferRing& buffers_ = server_.buffers;
};

}  // namespace

void echo_with(const EchoTask& task, std::span<const Generation> allowed) {
  task.effective("accept", "multishot");
  run_loops(task, [&](int listener, const Ready& ready) {
    EchoLoop loop(task, listener, allowed);
    ready();
    loop.run();
  });
}

void echo(const EchoTask& task) {
  echo_with(task, uring::generations);
}

}  // namespace ringside::io_uring
