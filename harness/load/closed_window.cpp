#include "harness/load/closed_window.hpp"

#include <time.h>

#include <algorithm>

namespace ringside {

namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// How long the loop is kept going for the last operations, beyond the measured part: as often as
// this part was long, or so long. After that they are taken in without new ones beside them.
constexpr int longest_following = 10;
constexpr nanoseconds least_following = 1s;

nanoseconds thread_cpu() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

}  // namespace

void ClosedWindow::begin(WindowPlan& plan, std::size_t connections, std::size_t pipeline) {
  *this = {};
  plan_ = &plan;
  begun_ = Clock::now();
  phase_ = Phase::warming_up;
  next_ = plan.from;
  unsettled_ = connections;
  answers_to_settle_ = several_answers * static_cast<std::uint32_t>(pipeline);
}

BegunOperation ClosedWindow::begin_operation(Clock::time_point now, nanoseconds idle) {
  pass(now);
  ++all_started_;
  if (!measuring()) return {.at = now, .counted = false};
  ++started_;
  idle_ += idle;
  return {.at = now, .counted = true};
}

bool ClosedWindow::end_operation(const BegunOperation& operation, Clock::time_point now,
                                 std::uint32_t& answers) {
  ++all_ended_;
  if (++answers == answers_to_settle_ && unsettled_ > 0 && --unsettled_ == 0) {
    settling_ = now - begun_;
    plan_->settled();
  }
  if (measuring()) ++ended_measuring_;
  if (!operation.counted) return false;
  ++(measuring() ? ended_inside_ : ended_after_);
  response_ += now - operation.at;
  finish_if_followed(now);
  return true;
}

WindowResult ClosedWindow::result() const {
  WindowResult result;
  result.ops = ended_measuring_;
  result.all_ops = all_ended_;
  result.elapsed = last_.at - first_.at;
  result.load_cpu = result.busiest_load_cpu = last_.own_cpu - first_.own_cpu;
  if (plan_->backend_clock) result.backend_cpu = last_.backend_cpu - first_.backend_cpu;
  result.work = work_;
  result.first_half_work = first_half_work_;
  result.first_half = middle_passed_ - first_.at;
  result.begun = {.started = started_,
                  .ended_inside = ended_inside_,
                  .ended_after = ended_after_,
                  .failed = all_started_ - all_ended_};
  result.response = response_;
  result.idle = idle_;
  if (unsettled_ == 0) result.settling = settling_;
  result.unsettled = settled_before_measuring_ ? 0 : 1;
  return result;
}

void ClosedWindow::abandon() noexcept {
  phase_ = Phase::over;
  next_ = Clock::time_point::max();
}

ClosedWindow::Edge ClosedWindow::edge_at(Clock::time_point now) const {
  Edge edge{.at = now, .own_cpu = thread_cpu()};
  if (plan_->backend_clock) edge.backend_cpu = plan_->backend_clock();
  return edge;
}

void ClosedWindow::pass_edge(Clock::time_point now) {
  if (phase_ == Phase::warming_up) {
    settled_before_measuring_ = plan_->all_settled();
    if (!settled_before_measuring_ && now < plan_->settle_until) return;
    first_ = edge_at(now);
    middle_passed_ = now;
    middle_ = now + plan_->measured / 2;
    until_ = now + plan_->measured;
    follow_until_ =
        until_ + std::max<nanoseconds>(longest_following * plan_->measured, least_following);
    phase_ = Phase::measuring;
    next_ = middle_;
  }
  if (phase_ == Phase::measuring && next_ == middle_ && now >= middle_) {
    middle_passed_ = now;
    first_half_work_ = work_;
    next_ = until_;
  }
  if (phase_ == Phase::measuring && now >= until_) {
    last_ = edge_at(now);
    phase_ = Phase::following;
    next_ = follow_until_;
    finish_if_followed(now);
  }
  if (phase_ == Phase::following) finish_if_followed(now);
}

void ClosedWindow::finish_if_followed(Clock::time_point now) {
  if (phase_ != Phase::following) return;
  if (started_ == ended_inside_ + ended_after_ || now >= follow_until_) abandon();
}

}  // namespace ringside
