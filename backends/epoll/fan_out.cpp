// Fan-out on raw epoll: one edge-triggered loop per listener, and for each client a small state
// machine. A request goes to all leaves in a row of sends; each leaf that becomes readable is
// received from straight into its place in the answer; the count of those still missing says when
// to send it.
#include "backends/tasks/fan_out.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "backends/epoll/listener.hpp"
#include "backends/support/fan_out_messages.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"

namespace ringside::epoll {

void fan_out(const FanOutTask& task);

namespace {

constexpr std::size_t event_batch = 512;
// Everything a connection will ever wait for, so that one epoll_ctl lasts its whole life.
constexpr std::uint32_t connection_events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

struct Leaf {
  UniqueFd socket;
  std::span<const std::byte> unsent;  // of the request at hand
};

struct Parent {
  Parent(UniqueFd socket, const FanOutTask& task)
      : client(std::move(socket)),
        leaves(task.leaves.size()),
        requests(task.request_bytes),
        replies(task.leaves.size(), task.reply_bytes) {}

  UniqueFd client;
  std::vector<Leaf> leaves;
  RequestQueue requests;
  ReplySet replies;
  std::size_t missing = 0;  // replies that the answer still waits for
  std::size_t sending = 0;  // leaves that have not taken all of the request
  bool serving = false;     // the oldest request is with the leaves or its answer not yet sent
  bool readable = false;    // the client has sent what has not been received
  bool ended = false;
  std::span<const std::byte> unsent;  // of the answer
};

// What an event's descriptor belongs to.
struct Peer {
  Parent* parent = nullptr;
  Leaf* leaf = nullptr;  // none for the client
};

// Sends what the socket takes and leaves the rest in `unsent`. False when the connection is broken.
bool send_some(const UniqueFd& socket, std::span<const std::byte>& unsent) {
  while (!unsent.empty()) {
    const ssize_t sent = ::send(socket.get(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    // A leaf whose connection is not established yet says EAGAIN as well.
    if (sent < 0) return errno == EAGAIN;
    unsent = unsent.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

class FanOutLoop {
 public:
  FanOutLoop(const FanOutTask& task, int listener)
      : task_(task),
        listening_(listener),
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC),
                     "the epoll set of an event loop (epoll_create1)")),
        listener_(epoll_, listener) {
    check(control(epoll_, EPOLL_CTL_ADD, task.stop.fd(), EPOLLIN),
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
        if (data.fd == task_.stop.fd()) return;
        if (data.fd == listening_) {
          accept_waiting();
          continue;
        }
        const Peer& peer = peers_[static_cast<std::size_t>(data.fd)];
        Parent& parent = *peer.parent;
        if (parent.ended) continue;
        const bool well =
            peer.leaf != nullptr ? on_leaf(parent, *peer.leaf, mask) : on_client(parent, mask);
        if (!well || !go_on(parent)) end(parent);
      }
      // Not before: events of this batch may still name the connections of who has ended.
      ended_.clear();
    }
  }

 private:
  // False when the leaf, and with it the parent connection, is over.
  bool on_leaf(Parent& parent, Leaf& leaf, std::uint32_t mask) {
    if (!leaf.unsent.empty()) {
      if (!send_some(leaf.socket, leaf.unsent)) return false;
      if (leaf.unsent.empty()) --parent.sending;
    }
    const bool ending = mask & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
    if ((mask & EPOLLIN) == 0 && !ending) return true;
    const auto index = static_cast<std::size_t>(&leaf - parent.leaves.data());
    for (;;) {
      const std::span<std::byte> room = parent.replies.room(index);
      const ssize_t received = ::recv(leaf.socket.get(), room.data(), room.size(), 0);
      if (received == 0) return false;
      if (received < 0 && errno == EINTR) continue;
      if (received < 0) return errno == EAGAIN;

      const auto size = static_cast<std::size_t>(received);
      const Arrival arrival = parent.replies.received(index, size);
      if (arrival == Arrival::late) task_.count_late(1);
      if (arrival == Arrival::awaited && --parent.missing == 0) {
        parent.unsent = parent.replies.end_waiting();
      }
      // Whoever owes nothing has sent all, and what comes later is a new edge, as it is after a
      // short read: the read that would say EAGAIN is saved.
      const bool emptied = size < room.size() || !parent.replies.owes(index);
      if (emptied && !ending) return true;
    }
  }

  // False when the client has left, which ends what is under way for it.
  static bool on_client(Parent& parent, std::uint32_t mask) {
    if (mask & EPOLLIN) parent.readable = true;
    return (mask & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == 0;
  }

  // Does what the state of the parent connection asks for, until it has to wait for an event. False
  // when the connection is over.
  bool go_on(Parent& parent) {
    for (;;) {
      if (!send_some(parent.client, parent.unsent)) return false;
      if (parent.missing > 0 || parent.sending > 0 || !parent.unsent.empty()) return true;
      if (std::exchange(parent.serving, false)) parent.requests.pop();
      if (!receive_request(parent)) return false;
      const std::span<const std::byte> request = parent.requests.front();
      if (request.empty()) return true;
      if (!ask_leaves(parent, request)) return false;
    }
  }

  // Receives until a whole request is there or the client has sent nothing more. False when the
  // connection is over.
  static bool receive_request(Parent& parent) {
    while (parent.readable && parent.requests.front().empty()) {
      const std::span<std::byte> room = parent.requests.room();
      const ssize_t received = ::recv(parent.client.get(), room.data(), room.size(), 0);
      if (received == 0) return false;
      if (received < 0 && errno == EINTR) continue;
      if (received < 0 && errno != EAGAIN) return false;
      const auto size = static_cast<std::size_t>(std::max<ssize_t>(received, 0));
      parent.requests.received(size);
      parent.readable = size == room.size();  // after a short read, more is a new edge
    }
    return true;
  }

  bool ask_leaves(Parent& parent, std::span<const std::byte> request) {
    parent.serving = true;
    parent.missing = task_.quorum;
    parent.replies.await(request);
    for (Leaf& leaf : parent.leaves) {
      leaf.unsent = request;
      if (!send_some(leaf.socket, leaf.unsent)) return false;
      if (!leaf.unsent.empty()) ++parent.sending;
    }
    return true;
  }

  void accept_waiting() {
    for (;;) {
      UniqueFd client(::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!client && listener_.goes_on_after(errno)) continue;
      if (!client) return;
      set_no_delay(client.get());
      auto parent = std::make_unique<Parent>(std::move(client), task_);
      if (!connect_leaves(*parent)) {
        if (!is_exhausted(errno)) continue;
        return listener_.pause();
      }
      const auto index = static_cast<std::size_t>(parent->client.get());
      if (index >= parents_.size()) parents_.resize(index + 1);
      parents_[index] = std::move(parent);
    }
  }

  // False, with errno set, when there are not all the connections that it takes.
  bool connect_leaves(Parent& parent) {
    for (std::size_t i = 0; i < parent.leaves.size(); ++i) {
      Leaf& leaf = parent.leaves[i];
      leaf.socket = make_socket(SOCK_NONBLOCK);
      if (!leaf.socket || !connect_to(leaf.socket, task_.leaves[i])) return false;
      if (!watch(leaf.socket, {.parent = &parent, .leaf = &leaf})) return false;
    }
    return watch(parent.client, {.parent = &parent});
  }

  bool watch(const UniqueFd& socket, Peer peer) {
    const auto index = static_cast<std::size_t>(socket.get());
    if (index >= peers_.size()) peers_.resize(index + 1);
    peers_[index] = peer;
    return control(epoll_, EPOLL_CTL_ADD, socket.get(), connection_events) == 0;
  }

  void end(Parent& parent) {
    parent.ended = true;
    ended_.push_back(std::move(parents_[static_cast<std::size_t>(parent.client.get())]));
  }

  const FanOutTask& task_;
  int listening_;
  UniqueFd epoll_;
  Listener listener_;
  std::vector<Peer> peers_;                       // by descriptor
  std::vector<std::unique_ptr<Parent>> parents_;  // by the client's descriptor
  std::vector<std::unique_ptr<Parent>> ended_;
};

}  // namespace

void fan_out(const FanOutTask& task) {
  task.effective("trigger", "edge");
  task.effective("connections", "one to each leaf for each parent, persistent");
  run_loops(task, [&](int listener, const Ready& ready) {
    FanOutLoop loop(task, listener);
    ready();
    loop.run();
  });
}

}  // namespace ringside::epoll
