#include "tests/support/fake_fan_out.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

#include "backends/support/loops.hpp"
#include "backends/support/socket.hpp"
#include "backends/tasks/fan_out.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"

namespace ringside::test {

namespace {

/// One parent connection and its own to the leaves, all blocking: nothing is received before poll
/// has said that it is there. Messages are small enough never to fill a socket's buffers.
class FakeParent {
 public:
  FakeParent(const FanOutTask& task, UniqueFd client, const BeforeAnswer& before_answer,
             std::atomic<std::size_t>& answers)
      : task_(task), client_(std::move(client)), before_(before_answer), answers_(answers) {
    for (const sockaddr_in& address : task.leaves) {
      UniqueFd leaf(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
      set_no_delay(leaf.get());
      connected_ = connected_ && ::connect(leaf.get(), reinterpret_cast<const sockaddr*>(&address),
                                           sizeof address) == 0;
      leaves_.push_back({.socket = std::move(leaf), .partial = {}});
    }
  }

  void serve() {
    while (connected_ && wait()) {
      if (waiting_[1].revents != 0 && !take_from_client()) return;
      for (std::size_t i = 0; i < leaves_.size(); ++i) {
        if (waiting_[i + 2].revents != 0 && !take_from_leaf(leaves_[i])) return;
      }
    }
  }

 private:
  struct Leaf {
    UniqueFd socket;
    std::vector<std::byte> partial;
  };

  bool wait() {
    waiting_.assign({{.fd = task_.stop.fd(), .events = POLLIN, .revents = 0},
                     {.fd = client_.get(), .events = POLLIN, .revents = 0}});
    for (const Leaf& leaf : leaves_) {
      waiting_.push_back({.fd = leaf.socket.get(), .events = POLLIN, .revents = 0});
    }
    ::poll(waiting_.data(), waiting_.size(), -1);
    return !task_.stop.raised();
  }

  // Adds what has come to `to`, at most until it is `whole` long. Returns whether it goes on.
  static bool receive(int socket, std::vector<std::byte>& to, std::size_t whole) {
    const std::size_t before = to.size();
    to.resize(whole);
    const ssize_t got = ::recv(socket, to.data() + before, whole - before, MSG_DONTWAIT);
    to.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }

  static bool send(int socket, std::span<const std::byte> bytes) {
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  bool take_from_client() {
    if (!receive(client_.get(), request_, task_.request_bytes)) return false;
    if (request_.size() < task_.request_bytes) return true;
    id_ = message_id(request_);
    answer_.clear();
    replies_ = 0;
    const bool sent = std::ranges::all_of(
        leaves_, [&](const Leaf& leaf) { return send(leaf.socket.get(), request_); });
    request_.clear();
    return sent;
  }

  bool take_from_leaf(Leaf& leaf) {
    if (!receive(leaf.socket.get(), leaf.partial, task_.reply_bytes)) return false;
    if (leaf.partial.size() < task_.reply_bytes) return true;
    if (message_id(leaf.partial) != id_ || replies_ == task_.quorum) {
      task_.count_late(1);
    } else {
      answer_.insert(answer_.end(), leaf.partial.begin(), leaf.partial.end());
      ++replies_;
      if (replies_ == task_.quorum && before_(++answers_, answer_)) {
        send(client_.get(), answer_);
      }
    }
    leaf.partial.clear();
    return true;
  }

  const FanOutTask& task_;
  UniqueFd client_;
  const BeforeAnswer& before_;
  std::atomic<std::size_t>& answers_;
  std::vector<Leaf> leaves_;
  bool connected_ = true;
  std::vector<pollfd> waiting_;  // the stop signal, the client, then leaves_ in order
  std::vector<std::byte> request_, answer_;
  std::uint64_t id_ = 0;
  std::size_t replies_ = 0;
};

}  // namespace

void fake_fan_out(const FanOutTask& task, const BeforeAnswer& before_answer) {
  std::atomic<std::size_t> answers = 0;
  run_loops(task, [&](int listener, const Ready& ready) {
    ready();
    std::vector<std::jthread> parents;
    while (!task.stop.raised()) {
      std::array<pollfd, 2> waiting{pollfd{.fd = task.stop.fd(), .events = POLLIN, .revents = 0},
                                    pollfd{.fd = listener, .events = POLLIN, .revents = 0}};
      ::poll(waiting.data(), waiting.size(), -1);
      UniqueFd client(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) continue;
      set_no_delay(client.get());
      parents.emplace_back([&, socket = std::move(client)]() mutable {
        FakeParent(task, std::move(socket), before_answer, answers).serve();
      });
    }
  });
}

}  // namespace ringside::test
