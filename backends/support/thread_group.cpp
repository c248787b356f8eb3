#include "backends/support/thread_group.hpp"

#include <system_error>
#include <utility>

namespace ringside {

ThreadGroup::~ThreadGroup() {
  std::unique_lock lock(mutex_);
  for (std::jthread& thread : running_) thread.request_stop();
  none_running_.wait(lock, [this] { return running_.empty(); });
}

bool ThreadGroup::start(std::function<void(std::stop_token)> work) {
  // Held until the handle is in its place, because the thread may end at once.
  const std::scoped_lock lock(mutex_);
  const auto self = running_.emplace(running_.end());
  try {
    *self = std::jthread([this, self, work = std::move(work)](std::stop_token stop) {
      work(std::move(stop));
      retire(self);
    });
  } catch (const std::system_error&) {
    running_.erase(self);
    return false;
  }
  return true;
}

void ThreadGroup::retire(std::list<std::jthread>::iterator ended) {
  std::jthread previous;  // joined after the lock is gone
  const std::scoped_lock lock(mutex_);
  previous = std::exchange(last_ended_, std::move(*ended));
  running_.erase(ended);
  // With the lock held, because the destructor that waits for this ends the condition variable.
  if (running_.empty()) none_running_.notify_one();
}

}  // namespace ringside
