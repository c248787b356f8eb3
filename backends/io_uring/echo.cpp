// Echo on raw io_uring: one ring per listener. A multishot accept and one multishot recv for each
// connection stay with the kernel, which puts what arrives into buffers that all connections share;
// the program answers straight from those buffers and enters the kernel once per turn of the loop.
#include "backends/io_uring/echo.hpp"

#include <liburing.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/echo/task.hpp"
#include "uring/buffer_ring.hpp"

namespace ringside::io_uring {

void echo(const EchoTask& task);

namespace {

using uring::BufferRing;
using uring::Generation;
using uring::Ring;

constexpr unsigned submissions = 256;   // small enough to stay in the first-level cache
constexpr unsigned completions = 4096;  // a turn of thousands of connections without overflow
constexpr std::size_t pool_bytes = std::size_t{64} << 20;
constexpr std::size_t most_buffers = 1024, fewest_buffers = 16;
// Buffers in use grow with the connections: a pool of 1024 in turn would flush the caches for ten.
constexpr unsigned first_buffers = 64, buffers_per_connection = 2;
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

unsigned buffer_count(std::size_t buffer_bytes) {
  const std::size_t fitting = std::bit_floor(pool_bytes / buffer_bytes);
  return static_cast<unsigned>(std::clamp(fitting, fewest_buffers, most_buffers));
}

class EchoLoop {
 public:
  EchoLoop(const EchoTask& task, int listener, std::span<const Generation> allowed)
      : listener_(listener),
        stop_(task.stop.fd()),
        ring_(submissions, completions, allowed),
        buffers_(ring_, 0, buffer_count(task.buffer_bytes), task.buffer_bytes) {
    buffers_.provide(first_buffers);
    buffers_.publish();
    task.effective("setup flags", ring_.generation().setup_names);
    task.effective("accept", "multishot");
    task.effective("recv", ring_.generation().multishot_recv ? "multishot" : "single-shot");
    task.effective("buffers",
                   fmt::format("ring of up to {} x {}", buffers_.count(), buffers_.buffer_bytes()));
  }

  void run() {
    ::io_uring_prep_poll_add(entry_for({.kind = Kind::stop}), stop_, POLLIN);
    accept();
    while (operations_ > 0) {
      ring_.submit_and_wait();
      unsigned head = 0, count = 0;
      io_uring_cqe* completion = nullptr;
      io_uring_for_each_cqe(ring_.get(), head, completion) {
        ++count;
        if (!(completion->flags & IORING_CQE_F_MORE)) --operations_;
        on_completed(*completion);
      }
      ::io_uring_cq_advance(ring_.get(), count);
      buffers_.publish();
    }
  }

 private:
  using Kind = Operation::Kind;

  // The next submission entry, to be filled in by one of liburing's io_uring_prep_ functions.
  io_uring_sqe* entry_for(Operation operation) {
    io_uring_sqe* const entry = ring_.next_entry();
    ::io_uring_sqe_set_data64(entry, std::bit_cast<std::uint64_t>(operation));
    ++operations_;
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
    if (completion.res >= 0) {
      UniqueFd socket(completion.res);
      set_no_delay(socket.get());
      const auto index = static_cast<std::size_t>(socket.get());
      if (index >= connections_.size()) connections_.resize(index + 1);
      connections_[index].socket = std::move(socket);
      buffers_.provide(buffers_per_connection);
      go_on(connections_[index]);
    }
    if (completion.flags & IORING_CQE_F_MORE) return;

    const auto failure =
        completion.res < 0 ? classify_accept(-completion.res) : AcceptFailure::try_again;
    if (failure == AcceptFailure::broken) throw_errno("accept", -completion.res);
    if (failure == AcceptFailure::try_again) return accept();
    ::io_uring_prep_timeout(entry_for({.kind = Kind::accept_pause}), &accept_pause_, 0, 0);
  }

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
      const auto buffer = static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
      const auto bytes = buffers_.bytes(buffer, static_cast<std::size_t>(result));
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
  std::size_t operations_ = 0;           // with the kernel, each still to tell of its end
  std::vector<Connection> connections_;  // by descriptor; outlives the ring that sends from it
  Ring ring_;
  BufferRing buffers_;
  __kernel_timespec accept_pause_{.tv_sec = 0,
                                  .tv_nsec = std::chrono::nanoseconds(accept_pause).count()};
};

}  // namespace

void echo_with(const EchoTask& task, std::span<const Generation> allowed) {
  run_loops(task.listeners, task.stop,
            [&](int listener) { EchoLoop(task, listener, allowed).run(); });
}

void echo(const EchoTask& task) {
  echo_with(task, uring::generations);
}

}  // namespace ringside::io_uring
