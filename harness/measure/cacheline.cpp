#include "harness/measure/cacheline.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/threads.hpp"
#include "harness/measure/cpus.hpp"

namespace ringside {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t round_trips_per_batch = 100;
constexpr auto measured_for = std::chrono::milliseconds(1);
constexpr std::uint32_t waits_per_look_at_clock = 4096;
constexpr auto give_up_after = std::chrono::milliseconds(100);

/// A counter that two threads increase in turn: one from even to odd, the other from odd to even.
class Rally {
 public:
  /// Waits for a number of the given parity and increases it. False when the rally is over, or has
  /// lasted too long because the other player gets no CPU.
  bool play(std::uint32_t parity) noexcept {
    std::uint32_t seen = counter_.load(std::memory_order_acquire);
    for (std::uint32_t waits = 1; seen % 2 != parity; ++waits) {
      if (over_.load(std::memory_order_relaxed)) return false;
      if (waits % waits_per_look_at_clock == 0 && Clock::now() > deadline_) return false;
      seen = counter_.load(std::memory_order_acquire);
    }
    counter_.store(seen + 1, std::memory_order_release);
    return true;
  }

  void end() noexcept { over_.store(true, std::memory_order_relaxed); }

 private:
  // 128: some CPUs fetch cache lines in pairs.
  alignas(128) std::atomic<std::uint32_t> counter_{0};
  alignas(128) std::atomic<bool> over_{false};
  const Clock::time_point deadline_ = Clock::now() + give_up_after;
};

/// Plays until there is enough, and returns the time of one way in each batch. The first batch is
/// left out: it contains the start of the other thread.
std::vector<double> serve_batches(Rally& rally) {
  std::vector<double> one_way_ns;
  const auto play_batch = [&] {
    for (std::uint32_t i = 0; i < round_trips_per_batch; ++i) {
      if (!rally.play(0)) return false;
    }
    return true;
  };
  if (!play_batch()) return one_way_ns;
  const auto begin = Clock::now();
  for (auto last = begin; last - begin < measured_for;) {
    if (!play_batch()) break;
    const auto now = Clock::now();
    const double batch_ns = std::chrono::duration<double, std::nano>(now - last).count();
    one_way_ns.push_back(batch_ns / (2.0 * round_trips_per_batch));
    last = now;
  }
  return one_way_ns;
}

/// Runs `work` on a new thread that is bound to `cpu`; a failure to bind is left in `failure`, and
/// ends the rally, for which the other player would wait in vain.
template <typename F>
std::jthread play_on(int cpu, Rally& rally, std::string& failure, F work) {
  try {
    return start_thread("timing a cache line", [cpu, &rally, &failure, work] {
      try {
        pin_this_thread(CpuSet{cpu});
        work();
      } catch (const Error& error) {
        failure = error.what();
      }
      rally.end();
    });
  } catch (const Error&) {
    rally.end();
    throw;
  }
}

}  // namespace

Measured<double> cacheline_one_way_ns(int cpu_a, int cpu_b) {
  using Time = Measured<double>;
  if (cpu_a == cpu_b) {
    return Time::unknown(fmt::format("both sides run on CPU {}, so no cache line moves", cpu_a));
  }
  Rally rally;
  std::vector<double> one_way_ns;
  std::string failure_a;
  std::string failure_b;
  try {
    const std::jthread a =
        play_on(cpu_a, rally, failure_a, [&] { one_way_ns = serve_batches(rally); });
    const std::jthread b = play_on(cpu_b, rally, failure_b, [&] {
      while (rally.play(1)) continue;
    });
  } catch (const Error& no_thread) {
    return Time::unknown(no_thread.what());
  }
  for (const std::string& failure : {failure_a, failure_b}) {
    if (!failure.empty()) return Time::unknown(failure);
  }
  if (one_way_ns.empty()) {
    return Time::unknown(fmt::format("CPU {} or {} was too busy to answer", cpu_a, cpu_b));
  }
  const auto middle = one_way_ns.begin() + static_cast<std::ptrdiff_t>(one_way_ns.size() / 2);
  std::ranges::nth_element(one_way_ns, middle);
  return *middle;
}

}  // namespace ringside
