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
  part_ = &part;
  phase_ = Phase::warming_up;
  next_ = part.from;
}

WindowResult WindowEdges::result() const {
  WindowResult result;
  result.elapsed = last_.at - first_.at;
  result.backend_cpu = last_.backend_cpu - first_.backend_cpu;
  result.load_cpu = result.busiest_load_cpu = last_.own_cpu - first_.own_cpu;
  return result;
}

void WindowEdges::abandon() noexcept {
  part_ = nullptr;
  phase_ = Phase::over;
  next_ = Clock::time_point::max();
}

void WindowEdges::pass_edge(Clock::time_point now) {
  if (phase_ == Phase::warming_up) {
    first_ = read(now);
    phase_ = Phase::measuring;
    next_ = part_->until;
  }
  if (phase_ == Phase::measuring && now >= part_->until) {
    last_ = read(now);
    abandon();
  }
}

WindowEdges::Edge WindowEdges::read(Clock::time_point now) const {
  return {.at = now,
          .backend_cpu = part_->backend_cpu ? part_->backend_cpu() : nanoseconds(0),
          .own_cpu = thread_cpu()};
}

}  // namespace ringside
