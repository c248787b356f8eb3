// The threads of a load.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ringside {

/// A fixed set of threads that do one thing together, again and again. The calling thread is the
/// first of them, so that a team of one costs no hand-over at all.
class ThreadTeam {
 public:
  /// `on_start(index)` runs once on each new thread, for pinning it; not on the calling one. Every
  /// thread has done that when this returns. Throws Error when there is no thread to be had, and
  /// what `on_start` throws; those that were started have then ended.
  ThreadTeam(std::size_t size, const std::function<void(std::size_t index)>& on_start);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  std::size_t size() const noexcept { return threads_.size() + 1; }

  /// Runs `work(index)` on every thread and returns when all are done. The first exception (by
  /// index) is rethrown here, after all are done.
  void run(const std::function<void(std::size_t index)>& work);

 private:
  void start(std::size_t size, const std::function<void(std::size_t)>& on_start);
  void help(std::size_t index, const std::function<void(std::size_t)>& on_start);
  void wait_for_all();
  void tell_to_stop();

  std::mutex mutex_;
  std::condition_variable start_, done_;
  const std::function<void(std::size_t)>* work_ = nullptr;  // of the turn under way
  std::size_t turn_ = 0;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::exception_ptr> failures_;
  std::vector<std::jthread> threads_;
};

}  // namespace ringside
