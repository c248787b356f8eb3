#include "harness/measure/awake_cpus.hpp"

#include <sched.h>

#include "base/error.hpp"
#include "base/threads.hpp"

namespace ringside {

namespace {

/// Returns whether this thread is on that CPU alone and gives way to all others.
bool wait_on(int cpu) noexcept try {
  pin_this_thread(CpuSet{cpu});
  const sched_param none{};
  return ::sched_setscheduler(0, SCHED_IDLE, &none) == 0;
} catch (const Error&) {
  return false;
}

}  // namespace

AwakeCpus::AwakeCpus(const CpuSet& cpus) {
  try {
    for (const int cpu : cpus) {
      threads_.push_back(start_thread("keeping a CPU awake", [this, cpu] { stay_on(cpu); }));
    }
  } catch (const Error&) {
    return;  // the others sleep
  }
}

AwakeCpus::~AwakeCpus() {
  turn_to(State::over);
}

void AwakeCpus::turn_to(State state) noexcept {
  state_ = state;
  state_.notify_all();
}

void AwakeCpus::stay_on(int cpu) noexcept {
  if (!wait_on(cpu)) return;
  while (state_ != State::over) {
    state_.wait(State::asleep);
    while (state_.load(std::memory_order_relaxed) == State::awake) {
    }
  }
}

}  // namespace ringside
