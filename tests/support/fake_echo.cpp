#include "tests/support/fake_echo.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <optional>
#include <vector>

#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "backends/tasks/echo.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"

namespace ringside::test {

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  UniqueFd socket;
  std::vector<std::byte> unsent;  // nothing is read while the peer has not taken this
  bool finished = false;          // the peer will send no more
};

class FakeEchoLoop {
 public:
  FakeEchoLoop(const EchoTask& task, int listener, const AfterRead& after_read,
               std::atomic<std::size_t>& reads)
      : listener_(listener),
        stop_(task.stop),
        after_read_(after_read),
        reads_(reads),
        buffer_(task.buffer_bytes) {}

  void run();

 private:
  void wait();
  void accept_all();
  bool serve(Connection& connection);
  bool read(Connection& connection);
  static bool write(Connection& connection);

  int listener_;
  const StopSignal& stop_;
  const AfterRead& after_read_;
  std::atomic<std::size_t>& reads_;
  std::vector<std::byte> buffer_;
  std::vector<Connection> connections_;
  std::vector<pollfd> waiting_;  // the stop signal, the listener, then connections_ in order
  std::optional<Clock::time_point> accept_again_;  // set while descriptors are exhausted
};

void FakeEchoLoop::run() {
  for (wait(); !stop_.raised(); wait()) {
    for (std::size_t i = connections_.size(); i-- > 0;) {
      if (waiting_[i + 2].revents == 0 || serve(connections_[i])) continue;
      std::swap(connections_[i], connections_.back());
      connections_.pop_back();
    }
    accept_all();
  }
}

void FakeEchoLoop::wait() {
  if (accept_again_ && Clock::now() >= *accept_again_) accept_again_.reset();
  waiting_.clear();
  waiting_.push_back({.fd = stop_.fd(), .events = POLLIN, .revents = 0});
  waiting_.push_back({.fd = accept_again_ ? -1 : listener_, .events = POLLIN, .revents = 0});
  for (const Connection& connection : connections_) {
    const short events = connection.unsent.empty() ? POLLIN : POLLOUT;
    waiting_.push_back({.fd = connection.socket.get(), .events = events, .revents = 0});
  }
  const int timeout_ms = accept_again_ ? static_cast<int>(accept_pause.count()) : -1;
  if (::poll(waiting_.data(), waiting_.size(), timeout_ms) < 0 && errno != EINTR) {
    throw_errno("poll");
  }
}

void FakeEchoLoop::accept_all() {
  if (waiting_[1].revents == 0) return;
  while (true) {
    UniqueFd socket(::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) {
      set_no_delay(socket.get());
      connections_.push_back({.socket = std::move(socket), .unsent = {}, .finished = false});
      continue;
    }
    const AcceptFailure failure = classify_accept(errno);
    if (failure == AcceptFailure::try_again) continue;
    if (failure == AcceptFailure::broken) throw_errno("accept");
    if (failure == AcceptFailure::exhausted) accept_again_ = Clock::now() + accept_pause;
    return;
  }
}

// Returns whether the connection goes on; so do read and write.
bool FakeEchoLoop::serve(Connection& connection) {
  if (connection.unsent.empty() && !read(connection)) return false;
  return write(connection) && !(connection.finished && connection.unsent.empty());
}

bool FakeEchoLoop::read(Connection& connection) {
  const ssize_t received = ::recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
  if (received < 0) return errno == EAGAIN || errno == EINTR;
  connection.finished = received == 0;
  const auto bytes = std::span(buffer_).first(static_cast<std::size_t>(received));
  if (!bytes.empty() && after_read_(++reads_, bytes)) {
    connection.unsent.assign(bytes.begin(), bytes.end());
  }
  return true;
}

bool FakeEchoLoop::write(Connection& connection) {
  auto& unsent = connection.unsent;
  if (unsent.empty()) return true;
  const ssize_t sent = ::send(connection.socket.get(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  unsent.erase(unsent.begin(), unsent.begin() + sent);
  return true;
}

}  // namespace

void fake_echo(const EchoTask& task, const AfterRead& after_read) {
  std::atomic<std::size_t> reads = 0;
  run_loops(task, [&](int listener, const Ready& ready) {
    FakeEchoLoop loop(task, listener, after_read, reads);
    ready();
    loop.run();
  });
}

}  // namespace ringside::test
