#include "backends/support/loops.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/stop_signal.hpp"
#include "base/threads.hpp"

namespace ringside {

void run_loops(std::span<const int> listeners, const StopSignal& stop, const Ready& all_ready,
               const RunLoop& loop) {
  std::mutex mutex;
  std::exception_ptr first_failure;
  std::atomic<std::size_t> missing = listeners.size();
  const Ready one_ready = [&] {
    if (--missing == 0) all_ready();
  };
  const auto guarded = [&](const std::function<void()>& step) {
    try {
      step();
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!first_failure) first_failure = std::current_exception();
      stop.raise();
    }
  };
  {
    std::vector<std::jthread> threads;
    // Those that have started must be told when one cannot: they would serve for ever, and be
    // waited for here.
    guarded([&] {
      for (const int listener : listeners.subspan(1)) {
        threads.push_back(
            start_thread(fmt::format("event loop {} of {}", threads.size() + 2, listeners.size()),
                         [&, listener] { guarded([&] { loop(listener, one_ready); }); }));
      }
      loop(listeners.front(), one_ready);
    });
  }
  if (first_failure) std::rethrow_exception(first_failure);
}

}  // namespace ringside
