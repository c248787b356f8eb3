#include "harness/load/team.hpp"

namespace ringside {

ThreadTeam::ThreadTeam(std::size_t size, const std::function<void(std::size_t)>& on_start)
    : failures_(size) {  // NOLINT(bugprone-throw-keyword-missing): they are kept, not thrown
  for (std::size_t index = 1; index < size; ++index) {
    threads_.emplace_back([this, index, on_start] { help(index, on_start); });
  }
}

ThreadTeam::~ThreadTeam() {
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
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return running_ == 0; });
  for (const std::exception_ptr& failure : failures_) {
    if (failure) std::rethrow_exception(failure);
  }
}

void ThreadTeam::help(std::size_t index, const std::function<void(std::size_t)>& on_start) {
  on_start(index);
  std::size_t turns_done = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    start_.wait(lock, [&] { return stopping_ || turn_ != turns_done; });
    if (stopping_) return;
    turns_done = turn_;
    const auto& work = *work_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      work(index);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failures_[index] = failure;
    if (--running_ == 0) done_.notify_one();
  }
}

}  // namespace ringside
