#include "harness/load/window_edges.hpp"

#include <time.h>

namespace ringside {

namespace {

using std::chrono::nanoseconds;

nanoseconds thread_cpu() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

}  // namespace

void WindowEdges::begin(const MeasuredPart& part) {
  until_ = part.until;
  phase_ = Phase::warming_up;
  next_ = part.from;
}

WindowResult WindowEdges::result() const {
  WindowResult result;
  result.elapsed = last_.at - first_.at;
  result.load_cpu = result.busiest_load_cpu = last_.own_cpu - first_.own_cpu;
  return result;
}

void WindowEdges::abandon() noexcept {
  phase_ = Phase::over;
  next_ = Clock::time_point::max();
}

void WindowEdges::pass_edge(Clock::time_point now) {
  if (phase_ == Phase::warming_up) {
    first_ = {.at = now, .own_cpu = thread_cpu()};
    phase_ = Phase::measuring;
    next_ = until_;
  }
  if (phase_ == Phase::measuring && now >= until_) {
    last_ = {.at = now, .own_cpu = thread_cpu()};
    abandon();
  }
}

}  // namespace ringside
