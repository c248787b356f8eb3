// All leaves of a round in one event loop.
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <span>
#include <vector>

#include "base/fd.hpp"
#include "scenarios/fan_out/params.hpp"
#include "scenarios/fan_out/wire.hpp"

namespace ringside {

/// Answers every request with a reply, after the delay that draw() gives it. Requests of one
/// connection may be answered in another order than they came, as their delays have it. A client
/// that is gone is forgotten, and so are its requests. Asleep whenever there is nothing to do.
class LeafServer {
 public:
  /// `listeners[i]` is a non-blocking socket on which leaf i listens; owned by the caller.
  LeafServer(const FanOutParams& params, std::uint64_t seed, std::span<const int> listeners);

  /// Serves until `stop_fd` is readable, which is never read here. Throws Error.
  void run(int stop_fd);

 private:
  using Clock = std::chrono::steady_clock;

  /// A reply that waits for its time, or for room in its connection.
  struct Reply {
    Clock::time_point due;
    std::size_t connection = 0;    // a place in connections_
    std::uint64_t generation = 0;  // of the client that was there when the request came
    ReplyHeader header;
  };
  struct LaterFirst {
    bool operator()(const Reply& a, const Reply& b) const noexcept { return a.due > b.due; }
  };

  struct Connection {
    UniqueFd socket;               // none: the place is free
    std::uint64_t generation = 0;  // counts the clients that had this place
    std::uint32_t leaf = 0;
    std::vector<std::byte> partial;  // of a request that has not come whole
    std::vector<ReplyHeader> due;    // replies whose time has come
    std::vector<std::byte> unsent;   // of replies that the kernel had no room for
  };

  void watch(int fd, std::uint32_t events, std::uint64_t tag);
  std::span<const epoll_event> wait();
  bool handle(const epoll_event& event);
  void accept_all(std::uint32_t leaf);
  void receive(std::size_t place, bool until_end);
  void take(std::size_t place, std::span<const std::byte> bytes);
  void take_request(std::size_t place, std::span<const std::byte> request,
                    Clock::time_point received);
  void collect_due();
  void make_due(std::size_t place, const ReplyHeader& header);
  void flush(std::size_t place);
  void send(std::size_t place, std::span<const std::byte> bytes);
  void forget(std::size_t place);

  FanOutParams params_;
  std::uint64_t seed_;
  Wire wire_;
  std::span<const int> listeners_;
  UniqueFd epoll_;
  std::vector<epoll_event> events_;
  std::vector<std::byte> incoming_, outgoing_;
  std::vector<Connection> connections_;
  std::vector<std::size_t> free_;
  std::vector<std::size_t> to_flush_;  // places with replies that are due
  std::priority_queue<Reply, std::vector<Reply>, LaterFirst> waiting_;
};

}  // namespace ringside
