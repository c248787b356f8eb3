// Lifetime of the threads that serve connections, one each, and of what each of them owns.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "base/fd.hpp"

namespace ringside::blocking_threads {

/// Owns the sockets of open connections, the threads that serve them and their buffers. A thread
/// that has ended is joined by the next one that ends, so at most one is ever left over, however
/// many connections come and go. Destruction shuts every socket down, which wakes blocked reads and
/// writes, and waits for all threads.
class ConnectionThreads {
 public:
  /// Serves one connection, as the body of its thread, and returns when it is over. Must not
  /// throw, and must return soon after the socket has been shut down. `buffer` is its own.
  using Serve = std::function<void(int socket, std::span<std::byte> buffer)>;

  ConnectionThreads(Serve serve, std::size_t buffer_bytes)
      : serve_(std::move(serve)), buffer_bytes_(buffer_bytes) {}
  ~ConnectionThreads();
  ConnectionThreads(const ConnectionThreads&) = delete;
  ConnectionThreads& operator=(const ConnectionThreads&) = delete;

  /// Takes `socket` over, serves it on a thread of its own, and closes it afterwards. False when
  /// there is no thread or no memory to be had: `socket` is still the caller's. Call from one
  /// thread only.
  [[nodiscard]] bool start(UniqueFd& socket);

 private:
  struct Connection {
    UniqueFd socket;
    std::vector<std::byte> buffer;
    std::thread thread;
  };

  void retire(std::list<Connection>::iterator ended);

  const Serve serve_;
  const std::size_t buffer_bytes_;

  std::mutex mutex_;  // guards what follows
  std::list<Connection> open_;
  std::thread last_ended_;
  std::condition_variable none_open_;
};

}  // namespace ringside::blocking_threads
