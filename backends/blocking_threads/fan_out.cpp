// Fan-out with a thread for each client and blocking connections of its own to the leaves. "Wait
// for all" is a loop: whichever reply comes last, to receive them one after the other takes as long
// as to wait for it. Only to wait for the first few of them takes poll(2).
#include "backends/tasks/fan_out.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include "backends/blocking_threads/connections.hpp"
#include "backends/support/fan_out_messages.hpp"
#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "base/fd.hpp"

namespace ringside::blocking_threads {

void fan_out(const FanOutTask& task);

namespace {

// False when the connection is broken.
bool send_all(const UniqueFd& socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

// False when the peer has ended the connection or it is broken.
bool receive_all(const UniqueFd& socket, std::span<std::byte> room) {
  while (!room.empty()) {
    const ssize_t received = ::recv(socket.get(), room.data(), room.size(), MSG_WAITALL);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return false;
    room = room.subspan(static_cast<std::size_t>(received));
  }
  return true;
}

// The functions that return bool say false when the parent connection is over.
class Parent {
 public:
  Parent(const FanOutTask& task, UniqueFd client)
      : task_(task), client_(std::move(client)), request_(task.request_bytes) {}

  // False when there are no descriptors for the leaves.
  bool open() {
    for (std::size_t i = 0; i < task_.leaves.size(); ++i) {
      if (!leaves_.emplace_back(make_socket(0))) return false;
    }
    return true;
  }

  void serve(const std::stop_token& stop) {
    // Shutting a socket down wakes a thread that is blocked on it, also in connect(2).
    const std::stop_callback wake(stop, [&] {
      ::shutdown(client_.get(), SHUT_RDWR);
      for (const UniqueFd& leaf : leaves_) ::shutdown(leaf.get(), SHUT_RDWR);
    });
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      if (stop.stop_requested() || !connect_to(leaves_[i], task_.leaves[i])) return;
    }
    if (task_.quorum == leaves_.size()) {
      serve_with_all();
    } else {
      serve_with_first();
    }
  }

 private:
  void serve_with_all() {
    const std::size_t reply_bytes = task_.reply_bytes;
    std::vector<std::byte> answer(leaves_.size() * reply_bytes);
    while (receive_all(client_, request_)) {
      for (const UniqueFd& leaf : leaves_) {
        if (!send_all(leaf, request_)) return;
      }
      for (std::size_t i = 0; i < leaves_.size(); ++i) {
        if (!receive_all(leaves_[i], std::span(answer).subspan(i * reply_bytes, reply_bytes))) {
          return;
        }
      }
      if (!send_all(client_, answer)) return;
    }
  }

  void serve_with_first() {
    ReplySet replies(leaves_.size(), task_.reply_bytes);
    watched_.push_back({.fd = client_.get(), .events = POLLIN | POLLRDHUP, .revents = 0});
    for (const UniqueFd& leaf : leaves_) {
      watched_.push_back({.fd = leaf.get(), .events = POLLIN, .revents = 0});
    }
    while (wait_for_request(replies) && receive_all(client_, request_)) {
      replies.await(request_);
      missing_ = task_.quorum;
      for (std::size_t i = 0; i < leaves_.size(); ++i) {
        if (!send_past_late(i, replies)) return;
      }
      while (missing_ > 0) {
        if (!receive_replies(POLLRDHUP, replies)) return;
      }
      if (!send_all(client_, answer_)) return;
    }
  }

  // Late replies are received while the client is silent, too: nobody knows for how long it is.
  bool wait_for_request(ReplySet& replies) {
    do {
      if (!receive_replies(POLLIN | POLLRDHUP, replies)) return false;
    } while ((watched_.front().revents & POLLIN) == 0);
    return true;
  }

  // Waits until a leaf or the client has something, and takes what the leaves have.
  bool receive_replies(short client_events, ReplySet& replies) {
    watched_.front().events = client_events;
    if (::poll(watched_.data(), watched_.size(), -1) < 0) return errno == EINTR;
    if (watched_.front().revents & (POLLRDHUP | POLLHUP | POLLERR)) return false;
    for (std::size_t i = 0; i < leaves_.size(); ++i) {
      if (watched_[i + 1].revents != 0 && !receive_reply(i, replies)) return false;
    }
    return true;
  }

  bool receive_reply(std::size_t leaf, ReplySet& replies) {
    const std::span<std::byte> room = replies.room(leaf);
    const ssize_t received = ::recv(leaves_[leaf].get(), room.data(), room.size(), MSG_DONTWAIT);
    if (received == 0) return false;
    if (received < 0) return errno == EAGAIN || errno == EINTR;
    const Arrival arrival = replies.received(leaf, static_cast<std::size_t>(received));
    if (arrival == Arrival::late) task_.count_late(1);
    // At once, because what else has come by now is late.
    if (arrival == Arrival::awaited && --missing_ == 0) answer_ = replies.end_waiting();
    return true;
  }

  // A leaf that waits until its late replies are taken may take no requests: a send that only
  // blocked would then wait for ever.
  bool send_past_late(std::size_t leaf, ReplySet& replies) {
    std::span<const std::byte> unsent = request_;
    while (!unsent.empty()) {
      const ssize_t sent =
          ::send(leaves_[leaf].get(), unsent.data(), unsent.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
      unsent = unsent.subspan(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
      if (sent >= 0) continue;
      pollfd blocked{.fd = leaves_[leaf].get(), .events = POLLIN | POLLOUT, .revents = 0};
      ::poll(&blocked, 1, -1);
      if ((blocked.revents & POLLIN) && !receive_reply(leaf, replies)) return false;
    }
    return true;
  }

  const FanOutTask& task_;
  UniqueFd client_;
  std::vector<UniqueFd> leaves_;
  std::vector<std::byte> request_;
  std::vector<pollfd> watched_;  // the client, then the leaves
  std::size_t missing_ = 0;      // replies that the answer still waits for
  std::span<const std::byte> answer_;
};

}  // namespace

void fan_out(const FanOutTask& task) {
  task.effective("threads", "one for each parent connection");
  task.effective("connections", "one to each leaf for each parent, persistent");
  task.effective("wait", task.quorum == task.leaves.size() ? "recv in turn" : "poll");
  run_loops(task, [&](int listener, const Ready& ready) {
    ready();
    Connections connections(listener, task.stop);
    while (connections.wait()) {
      UniqueFd client(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) {
        connections.accept_failed(errno);
        continue;
      }
      set_no_delay(client.get());
      auto parent = std::make_shared<Parent>(task, std::move(client));
      if (!parent->open()) {
        connections.pause();
        continue;
      }
      connections.start([parent](const std::stop_token& stop) mutable {
        std::exchange(parent, nullptr)->serve(stop);
      });
    }
  });
}

}  // namespace ringside::blocking_threads
