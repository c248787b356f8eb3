#include "backends/support/thread_pool.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/threads.hpp"

namespace ringside {

ThreadPool::ThreadPool(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.push_back(start_thread(fmt::format("copying, {} of {} (--workers)", i + 1, threads),
                                    [this, i](const std::stop_token& stop) { serve(i, stop); }));
  }
}

void ThreadPool::submit(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  submitted_.notify_one();
}

void ThreadPool::serve(std::size_t thread, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (submitted_.wait(lock, stop, [this] { return !jobs_.empty(); })) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job(thread);
    job = nullptr;  // what it holds is let go of outside the lock
    lock.lock();
  }
}

}  // namespace ringside
