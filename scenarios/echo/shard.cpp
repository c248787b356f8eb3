#include "scenarios/echo/shard.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

#include "base/stop_signal.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;

// A backend that answers nothing for so long is taken for stuck. Generous: machines are shared.
constexpr std::chrono::seconds stall_limit{10};

// Answers taken in before the next messages go out. Taking in many and then sending many keeps each
// of the kernel's two paths in the instruction cache and costs about 4 % less CPU a message than
// taking turns; more than this would only make the backend wait.
constexpr std::size_t event_batch = 32;

// How often a silent backend is looked at; has no part in anything measured.
constexpr int idle_wait_ms = 100;

nanoseconds thread_cpu() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

// What became of a connect(2) that has just failed: 0 when it succeeds after all. One that a signal
// interrupted goes on by itself and must not be repeated.
int finish_connecting(int socket) {
  if (errno != EINTR) return errno;
  pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
  const auto limit = std::chrono::milliseconds(stall_limit);
  if (::poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

UniqueFd connect_to(const Endpoint& endpoint) {
  UniqueFd socket(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  const int on = 1;
  check(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  // Bounds a blocking connect(2) too, see socket(7).
  const timeval limit{.tv_sec = stall_limit.count(), .tv_usec = 0};
  check(::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit), "SO_SNDTIMEO");
  const sockaddr_in address = to_sockaddr(endpoint);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  const int error =
      ::connect(socket.get(), generic, sizeof address) == 0 ? 0 : finish_connecting(socket.get());
  if (error != 0) {
    throw TargetFailure(TargetFailure::Kind::broke_off,
                        fmt::format("connecting to {} failed: {}", to_string(endpoint),
                                    std::generic_category().message(error)));
  }
  return socket;
}

}  // namespace

EchoShard::EchoShard(const EchoParams& params, const EchoStream& stream,
                     const StopSignal& interrupt)
    : params_(params),
      stream_(stream),
      epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      buffer_(EchoStream::longest_piece),
      events_(event_batch) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, interrupt.fd(), &event), "epoll_ctl");
}

void EchoShard::open(const Endpoint& endpoint, std::size_t number) {
  Connection connection;
  connection.socket = connect_to(endpoint);
  connection.number = number;
  // Connections start at places of their own, so that one's bytes are not taken for another's.
  connection.send_at = connection.check_at = (number * 1009) % EchoStream::period;
  connection.sent_at.resize(params_.pipeline);
  connections_.push_back(std::move(connection));
}

void EchoShard::prime() {
  // Registered only here, when connections_ grows no more during use: events carry indices.
  for (std::size_t index = primed_; index < connections_.size(); ++index) {
    Connection& connection = connections_[index];
    // Edge-triggered, because a level-triggered set polls every socket once more after its event.
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = index + 1}};
    check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection.socket.get(), &event), "epoll_ctl");
    start_messages(connection, 1, Clock::now());
  }
  primed_ = connections_.size();
  progress_ = Clock::now();
  while (outstanding_ > 0) turn();
}

WindowResult EchoShard::run(const Window& window) {
  const std::uint64_t all_ops_before = all_ops_;
  window_ = &window;
  measured_ops_ = 0;
  phase_ = Phase::warming_up;
  next_edge_ = window.from;
  progress_ = Clock::now();
  for (Connection& connection : connections_) {
    start_messages(connection, params_.pipeline, Clock::now());
  }
  while (phase_ != Phase::draining || outstanding_ > 0) turn();
  window_ = nullptr;

  WindowResult result;
  result.ops = measured_ops_;
  result.bytes = measured_ops_ * params_.payload_bytes;
  result.all_ops = all_ops_ - all_ops_before;
  result.elapsed = end_.at - begin_.at;
  result.backend_cpu = end_.backend_cpu - begin_.backend_cpu;
  result.load_cpu = result.busiest_load_cpu = end_.own_cpu - begin_.own_cpu;
  return result;
}

void EchoShard::close() noexcept {
  connections_.clear();
  primed_ = 0;
  due_.clear();
  outstanding_ = 0;
  phase_ = Phase::draining;
}

Fairness EchoShard::fairness() const noexcept {
  if (connections_.empty()) return {};
  const auto [least, most] = std::ranges::minmax_element(connections_, {}, &Connection::ops);
  return {.least = least->ops, .most = most->ops};
}

void EchoShard::turn() {
  const int count =
      ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), idle_wait_ms);
  if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.u64 == 0) throw Interrupted();
    service(connections_[event.data.u64 - 1], event.events);
  }
  start_due();
  if (count > 0) return;
  const Clock::time_point now = Clock::now();
  pass_edges(now);
  if (now - progress_ > stall_limit) {
    throw TargetFailure(TargetFailure::Kind::stalled,
                        fmt::format("no answer for {} s, {} messages are outstanding",
                                    stall_limit.count(), outstanding_));
  }
}

void EchoShard::service(Connection& connection, std::uint32_t events) {
  if ((events & EPOLLOUT) != 0 && connection.unsent > 0) flush(connection);
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) receive(connection);
}

void EchoShard::receive(Connection& connection) {
  while (true) {
    const ssize_t got =
        ::recv(connection.socket.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got > 0) {
      const auto bytes = std::span<const std::byte>(buffer_).first(static_cast<std::size_t>(got));
      take(connection, bytes, Clock::now());
      // A short read has emptied a stream socket: the next edge will tell, see epoll(7).
      if (bytes.size() < buffer_.size()) return;
    } else if (got == 0) {
      fail_broken(connection, 0);
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      fail_broken(connection, errno);
    }
  }
}

void EchoShard::take(Connection& connection, std::span<const std::byte> bytes,
                     Clock::time_point now) {
  const auto expected = stream_.piece(connection.check_at, bytes.size());
  if (bytes.size() > connection.unanswered ||
      std::memcmp(bytes.data(), expected.data(), bytes.size()) != 0) {
    fail_wrong(connection, bytes);
  }
  if (now >= next_edge_) pass_edges(now);
  progress_ = now;
  connection.check_at = EchoStream::advance(connection.check_at, bytes.size());
  connection.received += bytes.size();
  connection.unanswered -= bytes.size();
  connection.into_message += bytes.size();

  std::size_t completed = 0;
  while (connection.into_message >= params_.payload_bytes) {
    connection.into_message -= params_.payload_bytes;
    if (phase_ == Phase::measuring) {
      latency_.record(now - connection.sent_at[connection.oldest]);
    }
    connection.oldest = connection.oldest + 1 == params_.pipeline ? 0 : connection.oldest + 1;
    ++completed;
  }
  connection.in_flight -= completed;
  outstanding_ -= completed;
  all_ops_ += completed;
  if (phase_ == Phase::measuring) {
    measured_ops_ += completed;
    connection.ops += completed;
  }
  if (completed > 0) due_.push_back({.connection = &connection, .messages = completed});
}

void EchoShard::start_due() {
  for (const Due& due : due_) {
    if (phase_ != Phase::draining) start_messages(*due.connection, due.messages, Clock::now());
  }
  due_.clear();
}

void EchoShard::start_messages(Connection& connection, std::size_t count, Clock::time_point now) {
  assert(connection.in_flight + count <= params_.pipeline);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t place = connection.oldest + connection.in_flight;
    if (place >= params_.pipeline) place -= params_.pipeline;
    connection.sent_at[place] = now;
    ++connection.in_flight;
  }
  outstanding_ += count;
  connection.unsent += count * params_.payload_bytes;
  connection.unanswered += count * params_.payload_bytes;
  flush(connection);
}

void EchoShard::flush(Connection& connection) {
  while (connection.unsent > 0) {
    const auto piece =
        stream_.piece(connection.send_at, std::min(connection.unsent, EchoStream::longest_piece));
    const ssize_t sent =
        ::send(connection.socket.get(), piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      connection.send_at = EchoStream::advance(connection.send_at, static_cast<std::size_t>(sent));
      connection.unsent -= static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN) {
      return;  // EPOLLOUT will tell when there is room again
    } else if (errno != EINTR) {
      fail_broken(connection, errno);
    }
  }
}

void EchoShard::pass_edges(Clock::time_point now) {
  if (phase_ == Phase::warming_up && now >= window_->from) {
    begin_ = edge(now);
    phase_ = Phase::measuring;
    next_edge_ = window_->until;
  }
  if (phase_ == Phase::measuring && now >= window_->until) {
    end_ = edge(now);
    phase_ = Phase::draining;
    next_edge_ = Clock::time_point::max();
  }
}

EchoShard::Edge EchoShard::edge(Clock::time_point now) const {
  return {.at = now,
          .backend_cpu = window_->backend_cpu ? window_->backend_cpu() : nanoseconds(0),
          .own_cpu = thread_cpu()};
}

void EchoShard::fail_broken(const Connection& connection, int error) const {
  throw TargetFailure(
      TargetFailure::Kind::broke_off,
      fmt::format("connection {} was closed by the backend after {} bytes: {}", connection.number,
                  connection.received,
                  error == 0 ? "end of stream" : std::generic_category().message(error)));
}

void EchoShard::fail_wrong(const Connection& connection, std::span<const std::byte> bytes) const {
  const auto expected = stream_.piece(connection.check_at, bytes.size());
  const auto [wrong, right] = std::ranges::mismatch(bytes, expected);
  if (wrong == bytes.end()) {
    throw TargetFailure(TargetFailure::Kind::wrong_data,
                        fmt::format("connection {}: {} bytes came back that were never sent",
                                    connection.number, bytes.size() - connection.unanswered));
  }
  const auto offset = connection.received + static_cast<std::uint64_t>(wrong - bytes.begin());
  throw TargetFailure(
      TargetFailure::Kind::wrong_data,
      fmt::format("connection {}, byte {}: sent 0x{:02x}, got back 0x{:02x}", connection.number,
                  offset, static_cast<unsigned>(*right), static_cast<unsigned>(*wrong)));
}

}  // namespace ringside
