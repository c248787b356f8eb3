#include "tests/support/fake_leaves.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <optional>

#include "backends/support/socket.hpp"
#include "base/net/listen.hpp"

namespace ringside::test {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_pieces{1};
constexpr std::chrono::milliseconds between_looks{1};  // at what an action waits for

std::vector<std::byte> foretold(std::uint64_t id, std::uint64_t salt, std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) {
    bytes[i] = static_cast<std::byte>((id * 31 + salt * 7 + i * (salt + 3) + i / 251) & 0xff);
  }
  std::memcpy(bytes.data(), &id, std::min(count, sizeof id));
  return bytes;
}

struct Reply {
  LeafAction action;
  std::vector<std::byte> bytes;

  bool held() const { return action.held_until && !*action.held_until; }
};

struct Connection {
  std::size_t leaf;
  UniqueFd socket;
  std::uint64_t sequence = 0;
  std::vector<std::byte> input = {};
  std::multimap<Clock::time_point, Reply> due = {};
  std::optional<Reply> leaving = {};
  std::size_t left = 0;  // bytes of it that have left
  Clock::time_point next_piece{};
  bool blocked = false;  // the peer does not take the rest at the moment
};

}  // namespace

std::vector<std::byte> leaf_request(std::uint64_t id, std::size_t bytes) {
  return foretold(id, 1'000'003, bytes);
}

std::vector<std::byte> leaf_reply(std::size_t leaf, std::uint64_t id, std::size_t bytes) {
  std::vector<std::byte> reply = foretold(id, leaf, bytes);
  const std::uint64_t number = leaf;
  if (bytes >= sizeof id + sizeof number) {
    std::memcpy(&reply[sizeof id], &number, sizeof number);
  }
  return reply;
}

class FakeLeaves::Server {
 public:
  Server(FakeLeaves& leaves, Sizes sizes, LeafScript script)
      : leaves_(leaves), sizes_(sizes), script_(std::move(script)) {}

  void run() {
    std::vector<pollfd> waiting;
    while (!leaves_.stop_.raised()) {
      fill_in(waiting);
      ::poll(waiting.data(), waiting.size(), timeout_ms());
      for (std::size_t i = 0; i < leaves_.listeners_.size(); ++i) {
        if (waiting[i + 1].revents != 0) accept(i);
      }
      const auto now = Clock::now();
      for (auto at = connections_.begin(); at != connections_.end();) {
        const bool goes_on = receive(*at) && send_due(*at, now);
        at = goes_on ? std::next(at) : connections_.erase(at);
      }
      leaves_.connections_ = connections_.size();
    }
  }

 private:
  void fill_in(std::vector<pollfd>& waiting) const {
    waiting = {pollfd{.fd = leaves_.stop_.fd(), .events = POLLIN, .revents = 0}};
    for (const UniqueFd& listener : leaves_.listeners_) {
      waiting.push_back({.fd = listener.get(), .events = POLLIN, .revents = 0});
    }
    for (const Connection& connection : connections_) {
      const int events = connection.blocked ? POLLIN | POLLOUT : POLLIN;
      waiting.push_back(
          {.fd = connection.socket.get(), .events = static_cast<short>(events), .revents = 0});
    }
  }

  int timeout_ms() const {
    auto next = Clock::time_point::max();
    for (const Connection& connection : connections_) {
      if (connection.leaving) {
        if (!connection.blocked) next = std::min(next, connection.next_piece);
      } else if (!connection.due.empty()) {
        const auto& [time, reply] = *connection.due.begin();
        next = std::min(next, reply.held() ? Clock::now() + between_looks : time);
      }
    }
    if (next == Clock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  void accept(std::size_t leaf) {
    UniqueFd socket(
        ::accept4(leaves_.listeners_[leaf].get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    set_no_delay(socket.get());
    connections_.push_back({.leaf = leaf, .socket = std::move(socket)});
    ++leaves_.accepted_;
  }

  // False when the connection is over.
  bool receive(Connection& connection) {
    std::array<std::byte, 65536> room;
    for (;;) {
      const ssize_t received = ::recv(connection.socket.get(), room.data(), room.size(), 0);
      if (received == 0) return false;
      if (received < 0) return errno == EAGAIN || errno == EINTR;
      connection.input.insert(connection.input.end(), room.begin(), room.begin() + received);
      std::size_t taken = 0;
      for (; connection.input.size() - taken >= sizes_.request_bytes;
           taken += sizes_.request_bytes) {
        on_request(connection, std::span(connection.input).subspan(taken, sizes_.request_bytes));
      }
      connection.input.erase(connection.input.begin(),
                             connection.input.begin() + static_cast<std::ptrdiff_t>(taken));
    }
  }

  void on_request(Connection& connection, std::span<const std::byte> request) {
    std::uint64_t id = 0;
    std::memcpy(&id, request.data(), sizeof id);
    if (!std::ranges::equal(request, leaf_request(id, sizes_.request_bytes))) {
      ++leaves_.wrong_requests_;
    }
    ++leaves_.requests_;
    const std::uint64_t sequence = connection.sequence++;
    const LeafAction action = script_ ? script_(connection.leaf, sequence, id) : LeafAction{};
    if (action.kind == LeafAction::Kind::silent) return;
    const std::uint64_t replied_id = action.kind == LeafAction::Kind::wrong ? ~id : id;
    connection.due.emplace(
        Clock::now() + action.delay,
        Reply{action, leaf_reply(connection.leaf, replied_id, sizes_.reply_bytes)});
  }

  // False when the connection is over.
  bool send_due(Connection& connection, Clock::time_point now) {
    for (;;) {
      if (!connection.leaving) {
        if (connection.due.empty() || connection.due.begin()->first > now) return true;
        if (connection.due.begin()->second.held()) return true;
        connection.leaving = std::move(connection.due.extract(connection.due.begin()).mapped());
        connection.left = 0;
        connection.next_piece = now;
      }
      const LeafAction& action = connection.leaving->action;
      if (action.kind == LeafAction::Kind::close) return false;
      if (action.kind == LeafAction::Kind::reset) return reset(connection);
      if (connection.next_piece > now) return true;
      if (!send_piece(connection, now)) return errno == EAGAIN || errno == EINTR;
      if (connection.left < connection.leaving->bytes.size()) continue;
      connection.leaving.reset();
      ++leaves_.replies_;
    }
  }

  // False, with errno set, when nothing could be sent.
  static bool send_piece(Connection& connection, Clock::time_point now) {
    const auto rest = std::span(connection.leaving->bytes).subspan(connection.left);
    const LeafAction& action = connection.leaving->action;
    std::size_t size = rest.size();
    if (action.piece_bytes > 0) size = std::min(size, action.piece_bytes);
    if (action.pause_after_bytes > connection.left) {
      size = std::min(size, action.pause_after_bytes - connection.left);
    }
    const ssize_t sent = ::send(connection.socket.get(), rest.data(), size, MSG_NOSIGNAL);
    connection.blocked = sent < 0 && errno == EAGAIN;
    if (sent < 0) return false;
    connection.left += static_cast<std::size_t>(sent);
    if (action.piece_bytes > 0) connection.next_piece = now + between_pieces;
    if (action.pause_after_bytes == connection.left) connection.next_piece = now + action.pause;
    return true;
  }

  static bool reset(const Connection& connection) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(connection.socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return false;
  }

  FakeLeaves& leaves_;
  Sizes sizes_;
  LeafScript script_;
  std::list<Connection> connections_;
};

FakeLeaves::FakeLeaves(std::size_t count, Sizes sizes, LeafScript script) {
  Listeners listening = listen_apart(count);
  for (const Endpoint& endpoint : listening.endpoints) addresses_.push_back(to_sockaddr(endpoint));
  listeners_ = std::move(listening.sockets);
  thread_ = std::thread([this, sizes, script = std::move(script)]() mutable {
    Server(*this, sizes, std::move(script)).run();
  });
}

FakeLeaves::~FakeLeaves() {
  stop_.raise();
  thread_.join();
}

}  // namespace ringside::test
