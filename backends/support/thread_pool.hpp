// Lifetime of a fixed number of threads that do what blocks.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace ringside {

/// Threads that wait for jobs and do them in the order in which they were submitted.
class ThreadPool {
 public:
  /// Called with the number of the thread that runs it, from 0: for what belongs to a thread. Must
  /// not throw.
  using Job = std::function<void(std::size_t thread)>;

  /// Throws Error when there are not so many threads to be had.
  explicit ThreadPool(std::size_t threads);

  /// Waits for the jobs that are being done; those that are not begun are dropped.
  ~ThreadPool() = default;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// May be called from any thread.
  void submit(Job job);

 private:
  void serve(std::size_t thread, const std::stop_token& stop);

  std::mutex mutex_;  // guards the jobs
  std::condition_variable_any submitted_;
  std::deque<Job> jobs_;
  std::vector<std::jthread> threads_;  // last, so that they end before what they use
};

}  // namespace ringside
