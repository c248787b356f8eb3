// Lifetime of threads that come and go, for cells that give each connection one.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ringside {

/// Threads that end on their own or when the group is destroyed. One that has ended is joined by
/// the next that ends, so at most one is ever left over, however many come and go.
class ThreadGroup {
 public:
  ThreadGroup() = default;
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  /// Requests a stop of every thread and waits for all of them. What they do on that request
  /// (std::stop_callback) runs here, and must not call this group.
  ~ThreadGroup();

  /// Calls `work` on a thread of its own; false when there is none to be had. `work` must not
  /// throw, and must return soon after its token says so. Call from one thread only.
  [[nodiscard]] bool start(std::function<void(std::stop_token)> work);

 private:
  void retire(std::list<std::jthread>::iterator ended);

  std::mutex mutex_;  // guards what follows
  std::condition_variable none_running_;
  std::list<std::jthread> running_;
  std::jthread last_ended_;
};

}  // namespace ringside
