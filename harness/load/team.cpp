#include "harness/load/team.hpp"

#include <fmt/format.h>

#include "base/threads.hpp"

namespace ringside {

ThreadTeam::ThreadTeam(std::size_t size, const std::function<void(std::size_t)>& on_start)
    : failures_(size) {  // NOLINT(bugprone-throw-keyword-missing): they are kept, not thrown
  try {
    start(size, on_start);
  } catch (...) {
    tell_to_stop();  // those that wait for work would be waited for
    throw;
  }
}

ThreadTeam::~ThreadTeam() {
  tell_to_stop();
}

void ThreadTeam::start(std::size_t size, const std::function<void(std::size_t)>& on_start) {
  running_ = size - 1;
  for (std::size_t index = 1; index < size; ++index) {
    threads_.push_back(start_thread(fmt::format("the load, {} of {}", index + 1, size),
                                    [this, index, on_start] { help(index, on_start); }));
  }
  wait_for_all();
}

void ThreadTeam::tell_to_stop() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  start_.notify_all();
}

void ThreadTeam::run(const std::function<void(std::size_t)>& work) {
  {
    const std::scoped_lock lock(mutex_);
    work_ = &work;
    ++turn_;
    running_ = threads_.size();
    failures_.assign(failures_.size(), nullptr);
    start_.notify_all();
  }
  try {
    work(0);
  } catch (...) {
    failures_[0] = std::current_exception();
  }
  wait_for_all();
}

void ThreadTeam::wait_for_all() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return running_ == 0; });
  for (const std::exception_ptr& failure : failures_) {
    if (failure) std::rethrow_exception(failure);
  }
}

void ThreadTeam::help(std::size_t index, const std::function<void(std::size_t)>& on_start) {
  const auto guarded = [&](const std::function<void(std::size_t)>& step) {
    std::exception_ptr failure;
    try {
      step(index);
    } catch (...) {
      failure = std::current_exception();
    }
    const std::scoped_lock lock(mutex_);
    failures_[index] = failure;
    if (--running_ == 0) done_.notify_one();
  };
  guarded(on_start);
  std::size_t turns_done = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    start_.wait(lock, [&] { return stopping_ || turn_ != turns_done; });
    if (stopping_) return;
    turns_done = turn_;
    const auto& work = *work_;
    lock.unlock();
    guarded(work);
    lock.lock();
  }
}

}  // namespace ringside
