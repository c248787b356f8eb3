#include "backends/support/loops.hpp"

#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/stop_signal.hpp"

namespace ringside {

void run_loops(std::span<const int> listeners, const StopSignal& stop,
               const std::function<void(int listener)>& loop) {
  std::mutex mutex;
  std::exception_ptr first_failure;
  const auto guarded = [&](int listener) {
    try {
      loop(listener);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!first_failure) first_failure = std::current_exception();
      stop.raise();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (const int listener : listeners.subspan(1)) threads.emplace_back(guarded, listener);
    guarded(listeners.front());
  }
  if (first_failure) std::rethrow_exception(first_failure);
}

}  // namespace ringside
