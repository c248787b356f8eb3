#include "scenarios/fan_out/leaf_server.hpp"

#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include "backends/tasks/fan_out.hpp"
#include "base/error.hpp"

namespace ringside {

namespace {

// Requests taken in before replies go out: as in a load, each of the kernel's two paths stays in
// the instruction cache for a while; more than this would only make the backend wait.
constexpr std::size_t event_batch = 32;

constexpr std::size_t read_bytes = std::size_t{64} << 10;

// What an event belongs to: this, or a leaf's listener, or from there on a connection.
constexpr std::uint64_t of_stop = 0;
constexpr std::uint64_t of_first_listener = 1;

timespec to_timespec(std::chrono::nanoseconds duration) {
  return {.tv_sec = duration.count() / 1'000'000'000, .tv_nsec = duration.count() % 1'000'000'000};
}

}  // namespace

LeafServer::LeafServer(const FanOutParams& params, std::uint64_t seed,
                       std::span<const int> listeners)
    : params_(params),
      seed_(seed),
      wire_(params, seed),
      listeners_(listeners),
      epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "the epoll set of the leaves (epoll_create1)")),
      events_(event_batch),
      incoming_(read_bytes) {
  for (std::size_t leaf = 0; leaf < listeners.size(); ++leaf) {
    watch(listeners[leaf], EPOLLIN, of_first_listener + leaf);
  }
}

void LeafServer::run(int stop_fd) {
  // Of this thread only: by default the kernel wakes a sleeper up to 50 us late, see prctl(2).
  check(::prctl(PR_SET_TIMERSLACK, 1ul), "PR_SET_TIMERSLACK");
  watch(stop_fd, EPOLLIN, of_stop);
  while (true) {
    for (const epoll_event& event : wait()) {
      if (!handle(event)) return;
    }
    collect_due();
    for (const std::size_t place : to_flush_) flush(place);
    to_flush_.clear();
  }
}

void LeafServer::watch(int fd, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{.events = events, .data = {.u64 = tag}};
  check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event),
        "waiting for one more descriptor (epoll_ctl)");
}

std::span<const epoll_event> LeafServer::wait() {
  timespec timeout{};
  if (!waiting_.empty()) {
    timeout = to_timespec(
        std::max<std::chrono::nanoseconds>(waiting_.top().due - Clock::now(), Clock::duration(0)));
  }
  const int count = ::epoll_pwait2(epoll_.get(), events_.data(), static_cast<int>(events_.size()),
                                   waiting_.empty() ? nullptr : &timeout, nullptr);
  if (count < 0 && errno == EINTR) return {};
  if (count < 0) throw_errno("waiting for events (epoll_pwait2, of Linux 5.11)", errno);
  return std::span(events_).first(static_cast<std::size_t>(count));
}

// Returns whether to go on.
bool LeafServer::handle(const epoll_event& event) {
  const std::uint64_t tag = event.data.u64;
  if (tag == of_stop) return false;
  if (tag < of_first_listener + listeners_.size()) {
    accept_all(static_cast<std::uint32_t>(tag - of_first_listener));
    return true;
  }
  const std::size_t place = tag - of_first_listener - listeners_.size();
  if ((event.events & EPOLLOUT) != 0) flush(place);
  if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0) {
    receive(place, (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
  }
  return true;
}

void LeafServer::accept_all(std::uint32_t leaf) {
  while (true) {
    UniqueFd socket(::accept4(listeners_[leaf], nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket && errno == EAGAIN) return;
    if (!socket && (errno == ECONNABORTED || errno == EINTR)) continue;
    if (!socket) throw_errno("a leaf accepting a connection", errno);
    if (free_.empty()) {
      free_.push_back(connections_.size());
      connections_.emplace_back();
    }
    const std::size_t place = free_.back();
    free_.pop_back();
    // Edge-triggered, because a level-triggered set polls every socket once more after its event.
    watch(socket.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
          of_first_listener + listeners_.size() + place);
    Connection& connection = connections_[place];
    connection.socket = std::move(socket);
    connection.leaf = leaf;
  }
}

void LeafServer::receive(std::size_t place, bool until_end) {
  while (connections_[place].socket) {
    const ssize_t got =
        ::recv(connections_[place].socket.get(), incoming_.data(), incoming_.size(), MSG_DONTWAIT);
    if (got > 0) {
      const auto bytes = std::span<const std::byte>(incoming_).first(static_cast<std::size_t>(got));
      take(place, bytes);
      // A short read has emptied a stream socket: the next edge will tell, see epoll(7). Not so
      // where the end has come as well, for which there will be no other edge.
      if (bytes.size() < incoming_.size() && !until_end) return;
    } else if (got < 0 && errno == EAGAIN) {
      return;
    } else if (got == 0 || errno != EINTR) {
      forget(place);
    }
  }
}

void LeafServer::take(std::size_t place, std::span<const std::byte> bytes) {
  const Clock::time_point now = Clock::now();
  auto& partial = connections_[place].partial;
  while (!bytes.empty()) {
    const std::size_t needed = params_.request_bytes - partial.size();
    const auto piece = bytes.first(std::min(needed, bytes.size()));
    bytes = bytes.subspan(piece.size());
    if (piece.size() == params_.request_bytes) {
      take_request(place, piece, now);
      continue;
    }
    partial.insert(partial.end(), piece.begin(), piece.end());
    if (piece.size() < needed) return;
    take_request(place, partial, now);
    partial.clear();
  }
}

void LeafServer::take_request(std::size_t place, std::span<const std::byte> request,
                              Clock::time_point received) {
  const Connection& connection = connections_[place];
  const std::uint64_t id = message_id(request);
  const auto delay = draw(params_.leaf_delay, seed_, id, connection.leaf);
  const ReplyHeader header{.request_id = id,
                           .leaf = connection.leaf,
                           .request_fault = wire_.request_fault(request),
                           .delay_ns = delay.count(),
                           .received_ns = to_wire(received)};
  if (delay.count() == 0) return make_due(place, header);
  waiting_.push({.due = received + delay,
                 .connection = place,
                 .generation = connection.generation,
                 .header = header});
}

void LeafServer::collect_due() {
  if (waiting_.empty()) return;
  const Clock::time_point now = Clock::now();
  while (!waiting_.empty() && waiting_.top().due <= now) {
    const Reply& reply = waiting_.top();
    if (connections_[reply.connection].generation == reply.generation) {
      make_due(reply.connection, reply.header);
    }
    waiting_.pop();
  }
}

void LeafServer::make_due(std::size_t place, const ReplyHeader& header) {
  Connection& connection = connections_[place];
  if (connection.due.empty()) to_flush_.push_back(place);
  connection.due.push_back(header);
}

void LeafServer::flush(std::size_t place) {
  Connection& connection = connections_[place];
  if (!connection.unsent.empty()) send(place, std::exchange(connection.unsent, {}));
  if (!connection.unsent.empty() || connection.due.empty()) return;
  outgoing_.resize(connection.due.size() * params_.reply_bytes);
  std::span<std::byte> rest(outgoing_);
  const std::int64_t now = to_wire(Clock::now());
  for (ReplyHeader& header : connection.due) {
    header.sent_ns = now;
    wire_.write_reply(header, rest.first(params_.reply_bytes));
    rest = rest.subspan(params_.reply_bytes);
  }
  connection.due.clear();
  send(place, outgoing_);
}

// What there is no room for waits in `unsent` until the connection becomes writable.
void LeafServer::send(std::size_t place, std::span<const std::byte> bytes) {
  Connection& connection = connections_[place];
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(connection.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      connection.unsent.assign(bytes.begin(), bytes.end());
      return;
    } else if (errno != EINTR) {
      return forget(place);
    }
  }
}

void LeafServer::forget(std::size_t place) {
  Connection forgotten;
  forgotten.generation = connections_[place].generation + 1;
  connections_[place] = std::move(forgotten);
  free_.push_back(place);
}

}  // namespace ringside
