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
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "backends/io_uring/buffer_ring.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"
#include "scenarios/echo/task.hpp"

namespace ringside::io_uring {

void echo(const EchoTask& task);

namespace {

constexpr unsigned submissions = 256;   // small enough to stay in the first-level cache
constexpr unsigned completions = 4096;  // a turn of thousands of connections without overflow
constexpr std::size_t pool_bytes = std::size_t{64} << 20;
constexpr unsigned most_buffers = 1024;
constexpr unsigned fewest_buffers = 16;

// What a completion belongs to, carried through the kernel as its user data.
struct Operation {
  enum class Kind : std::uint16_t { stop, accept, accept_pause, receive, answer, catch_up, cancel };
  Kind kind;
  std::uint16_t buffer = 0;  // of an answer
  std::int32_t socket = -1;
};

// Most answers leave straight from the buffer they came in. The bytes of one that the peer does not
// take, and what arrives meanwhile, are copied to `backlog`, so that a slow peer never keeps
// buffers from the others; they leave by way of `catching_up`, which the kernel reads while
// sending.
struct Connection {
  UniqueFd socket;
  bool receiving = false;   // a recv is with the kernel
  bool cancelling = false;  // and has been asked to end
  bool sending = false;  // a send is with the kernel: one at a time, or bytes could change places
  bool ended = false;    // nothing more will come from the peer
  std::vector<std::byte> backlog, catching_up;
  std::span<const std::byte> in_flight;
};

class EchoLoop {
 public:
  EchoLoop(const EchoTask& task, int listener, std::span<const Generation> allowed);
  void run();

 private:
  using Kind = Operation::Kind;

  void mark(io_uring_sqe* entry, Operation operation);
  void arm_accept();
  void receive(Connection& connection);
  void send(Connection& connection, std::span<const std::byte> bytes, int flags, Operation what);
  void cancel_receive(Connection& connection);

  void on_completed(const io_uring_cqe& completion);
  void stop();
  void on_accepted(const io_uring_cqe& completion);
  void on_received(Connection& connection, const io_uring_cqe& completion);
  void on_sent(Connection& connection, Operation what, int result);
  void go_on(Connection& connection);

  int listener_, stop_;
  bool stopping_ = false;
  std::size_t operations_ = 0;           // with the kernel
  std::vector<Connection> connections_;  // by descriptor; outlives the ring that sends from it
  Ring ring_;
  BufferRing buffers_;
};

unsigned buffer_count(std::size_t buffer_bytes) {
  const std::size_t fitting = std::bit_floor(pool_bytes / buffer_bytes);
  return static_cast<unsigned>(std::clamp<std::size_t>(fitting, fewest_buffers, most_buffers));
}

EchoLoop::EchoLoop(const EchoTask& task, int listener, std::span<const Generation> allowed)
    : listener_(listener),
      stop_(task.stop.fd()),
      ring_(submissions, completions, allowed),
      buffers_(ring_, 0, buffer_count(task.buffer_bytes), task.buffer_bytes) {
  task.effective("setup flags", ring_.generation().setup_names);
  task.effective("accept", "multishot");
  task.effective("recv", ring_.generation().multishot_recv ? "multishot" : "single-shot");
  task.effective("buffers",
                 fmt::format("ring of {} x {}", buffers_.count(), buffers_.buffer_bytes()));
}

void EchoLoop::run() {
  io_uring_sqe* const stop = ring_.next_entry();
  ::io_uring_prep_poll_add(stop, stop_, POLLIN);
  mark(stop, {.kind = Kind::stop});
  arm_accept();
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

void EchoLoop::on_completed(const io_uring_cqe& completion) {
  const auto what = std::bit_cast<Operation>(completion.user_data);
  const auto socket = static_cast<std::size_t>(what.socket);
  switch (what.kind) {
    case Kind::stop:
      return stop();
    case Kind::accept:
      return on_accepted(completion);
    case Kind::accept_pause:
      return arm_accept();
    case Kind::receive:
      return on_received(connections_[socket], completion);
    case Kind::answer:
    case Kind::catch_up:
      return on_sent(connections_[socket], what, completion.res);
    case Kind::cancel:
      return;  // what was cancelled tells of its own end
  }
}

// Cancels everything; when the last operation has told of its end, nothing holds a socket any more.
void EchoLoop::stop() {
  stopping_ = true;
  io_uring_sqe* const entry = ring_.next_entry();
  ::io_uring_prep_cancel64(entry, 0, IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
  mark(entry, {.kind = Kind::cancel});
}

void EchoLoop::on_accepted(const io_uring_cqe& completion) {
  if (completion.res >= 0) {
    UniqueFd socket(completion.res);
    set_no_delay(socket.get());
    const auto index = static_cast<std::size_t>(socket.get());
    if (index >= connections_.size()) connections_.resize(index + 1);
    connections_[index].socket = std::move(socket);
    go_on(connections_[index]);
  }
  if (completion.flags & IORING_CQE_F_MORE) return;

  const AcceptFailure failure =
      completion.res < 0 ? classify_accept(-completion.res) : AcceptFailure::try_again;
  if (failure == AcceptFailure::broken) throw_errno("accept", -completion.res);
  if (failure == AcceptFailure::try_again) return arm_accept();
  static __kernel_timespec pause{.tv_sec = 0,
                                 .tv_nsec = std::chrono::nanoseconds(accept_pause).count()};
  io_uring_sqe* const entry = ring_.next_entry();
  ::io_uring_prep_timeout(entry, &pause, 0, 0);
  mark(entry, {.kind = Kind::accept_pause});
}

void EchoLoop::on_received(Connection& connection, const io_uring_cqe& completion) {
  if (!(completion.flags & IORING_CQE_F_MORE)) connection.receiving = connection.cancelling = false;
  const auto buffer = static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
  const int result = completion.res;
  if (result > 0 && !connection.sending) {
    send(connection, buffers_.bytes(buffer, static_cast<std::size_t>(result)), MSG_DONTWAIT,
         {.kind = Kind::answer, .buffer = buffer});
  } else if (result > 0) {
    const auto bytes = buffers_.bytes(buffer, static_cast<std::size_t>(result));
    connection.backlog.insert(connection.backlog.end(), bytes.begin(), bytes.end());
    buffers_.give_back(buffer);
  } else if (result != -ENOBUFS && result != -ECANCELED && result != -EINTR && result != -EAGAIN) {
    connection.ended = true;
  }
  go_on(connection);
}

void EchoLoop::on_sent(Connection& connection, Operation what, int result) {
  connection.sending = false;
  if (result >= 0 || result == -EAGAIN || result == -EINTR) {
    const auto rest = connection.in_flight.subspan(static_cast<std::size_t>(std::max(result, 0)));
    connection.backlog.insert(connection.backlog.begin(), rest.begin(), rest.end());
  } else {
    connection.ended = true;
    connection.backlog.clear();
    ::shutdown(connection.socket.get(), SHUT_RDWR);  // which ends the receive as well
  }
  if (what.kind == Kind::answer) buffers_.give_back(what.buffer);
  go_on(connection);
}

// Brings what is with the kernel in line with the state of the connection, or closes it.
void EchoLoop::go_on(Connection& connection) {
  if (stopping_) {
    connection.ended = true;
    connection.backlog.clear();
  }
  if (!connection.sending && !connection.backlog.empty()) {
    connection.catching_up = std::exchange(connection.backlog, {});
    send(connection, connection.catching_up, MSG_WAITALL, {.kind = Kind::catch_up});
  }
  const std::size_t owed =
      connection.backlog.size() + (connection.sending ? connection.in_flight.size() : 0);
  const bool stalled = owed >= 4 * buffers_.buffer_bytes();
  if (connection.ended) {
    if (!connection.receiving && !connection.sending) connection = {};
  } else if (!connection.receiving) {
    if (!stalled) receive(connection);
  } else if (stalled && !connection.cancelling) {
    cancel_receive(connection);
  }
}

void EchoLoop::mark(io_uring_sqe* entry, Operation operation) {
  ::io_uring_sqe_set_data64(entry, std::bit_cast<std::uint64_t>(operation));
  ++operations_;
}

void EchoLoop::arm_accept() {
  if (stopping_) return;
  io_uring_sqe* const entry = ring_.next_entry();
  ::io_uring_prep_multishot_accept(entry, listener_, nullptr, nullptr, SOCK_CLOEXEC);
  mark(entry, {.kind = Kind::accept});
}

void EchoLoop::receive(Connection& connection) {
  const int socket = connection.socket.get();
  io_uring_sqe* const entry = ring_.next_entry();
  if (ring_.generation().multishot_recv) {
    ::io_uring_prep_recv_multishot(entry, socket, nullptr, 0, 0);
  } else {
    ::io_uring_prep_recv(entry, socket, nullptr, buffers_.buffer_bytes(), 0);
  }
  entry->flags |= IOSQE_BUFFER_SELECT;
  entry->buf_group = buffers_.group();
  mark(entry, {.kind = Kind::receive, .socket = socket});
  connection.receiving = true;
}

void EchoLoop::send(Connection& connection, std::span<const std::byte> bytes, int flags,
                    Operation what) {
  what.socket = connection.socket.get();
  io_uring_sqe* const entry = ring_.next_entry();
  ::io_uring_prep_send(entry, what.socket, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
  mark(entry, what);
  connection.in_flight = bytes;
  connection.sending = true;
}

void EchoLoop::cancel_receive(Connection& connection) {
  const Operation target{.kind = Kind::receive, .socket = connection.socket.get()};
  io_uring_sqe* const entry = ring_.next_entry();
  ::io_uring_prep_cancel64(entry, std::bit_cast<std::uint64_t>(target), 0);
  mark(entry, {.kind = Kind::cancel});
  connection.cancelling = true;
}

}  // namespace

void echo_with(const EchoTask& task, std::span<const Generation> allowed) {
  run_loops(task.listeners, task.stop,
            [&](int listener) { EchoLoop(task, listener, allowed).run(); });
}

void echo(const EchoTask& task) {
  echo_with(task, generations);
}

}  // namespace ringside::io_uring
