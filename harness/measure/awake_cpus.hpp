// CPUs that do not go to sleep between two windows.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "harness/measure/cpus.hpp"

namespace ringside {

/// A thread for each CPU that, when told to, does nothing at the lowest priority there is
/// (SCHED_IDLE), and gives way to whatever else wants to run there. A CPU that has slept, if only
/// for a fraction of a millisecond, is slower for some tens of milliseconds, so that what follows a
/// rest would be measured on another machine than what does not
/// (docs/decisions/0012-cpus-are-kept-awake-between-windows.md).
///
/// Its functions are for one thread at a time.
class AwakeCpus {
 public:
  /// Starts the threads, all of them blocked. A CPU for which there is none to be had, or no such
  /// priority, may sleep.
  explicit AwakeCpus(const CpuSet& cpus);
  ~AwakeCpus();
  AwakeCpus(const AwakeCpus&) = delete;
  AwakeCpus& operator=(const AwakeCpus&) = delete;

  /// Before a rest.
  void keep_awake() noexcept { turn_to(State::awake); }
  /// Before a window, and when nothing more is measured.
  void let_sleep() noexcept { turn_to(State::asleep); }

 private:
  enum class State { asleep, awake, over };

  void turn_to(State state) noexcept;
  void stay_on(int cpu) noexcept;

  std::atomic<State> state_ = State::asleep;
  std::vector<std::jthread> threads_;
};

/// Lets them sleep when it goes, however that comes.
class SleepAtTheEnd {
 public:
  explicit SleepAtTheEnd(AwakeCpus& cpus) noexcept : cpus_(cpus) {}
  ~SleepAtTheEnd() { cpus_.let_sleep(); }
  SleepAtTheEnd(const SleepAtTheEnd&) = delete;
  SleepAtTheEnd& operator=(const SleepAtTheEnd&) = delete;

 private:
  AwakeCpus& cpus_;
};

}  // namespace ringside
