// One window of a closed loop, as a thread of a load lives through it: which operations count, and
// what they took.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "harness/load/load.hpp"

namespace ringside {

/// One window as all threads of a load have it.
class WindowPlan {
 public:
  using Clock = std::chrono::steady_clock;

  WindowPlan(const WindowSpec& spec, std::size_t threads)
      : from(Clock::now() + spec.warmup),
        settle_until(from + std::max(spec.settle_limit - spec.warmup, std::chrono::nanoseconds(0))),
        measured(spec.measured),
        backend_clock(spec.backend_clock),
        unsettled_(threads) {}

  const Clock::time_point from;          ///< the measured part begins no earlier …
  const Clock::time_point settle_until;  ///< … and no later, when some thread has not settled
  const std::chrono::nanoseconds measured;
  const std::function<std::chrono::nanoseconds()> backend_clock;  ///< safe from any thread

  /// To be called once by each thread, from any: its connections have all had several answers.
  void settled() noexcept { unsettled_.fetch_sub(1, std::memory_order_relaxed); }
  bool all_settled() const noexcept { return unsettled_.load(std::memory_order_relaxed) == 0; }

 private:
  std::atomic<std::size_t> unsettled_;
};

/// An operation in flight: when it began, and whether that was in the measured part.
struct BegunOperation {
  std::chrono::steady_clock::time_point at;
  bool counted = false;
};

/// A window has four phases. *Warming up*, until every connection of all threads has had several
/// answers; *measuring*;
/// *following*, in which the loop goes on at full pace until every operation that began in the
/// measured part has ended, so that none is cut off and the last ones meet the same queue as the
/// first; and *over*: nothing begins any more, what is in flight is taken in.
///
/// Throughput is what comes back in the measured part, in fractions of operations. Latency is that
/// of the operations that *begin* in it. An edge is passed when the thread first looks at the clock
/// after it. For one thread; between windows it is "over".
class ClosedWindow {
 public:
  using Clock = std::chrono::steady_clock;

  /// A connection that has had so many answers for each place it has in the loop has forgotten how
  /// the window began.
  static constexpr std::uint32_t several_answers = 3;

  /// A window begins, on so many connections that each keep `pipeline` operations in flight.
  /// `plan` outlives it.
  void begin(WindowPlan& plan, std::size_t connections, std::size_t pipeline);

  /// To be called with every new time.
  void pass(Clock::time_point now) {
    if (now >= next_) pass_edge(now);
  }

  bool measuring() const noexcept { return phase_ == Phase::measuring; }
  /// Whether nothing may begin any more.
  bool over() const noexcept { return phase_ == Phase::over; }

  /// An operation begins at `now`, in a place of the loop that has stood empty for `idle`.
  BegunOperation begin_operation(Clock::time_point now, std::chrono::nanoseconds idle);

  /// An operation has ended at `now`, which pass() has seen. `answers` counts those of its
  /// connection in this window; the caller keeps it and sets it to 0 before the window. Returns
  /// whether its time belongs to the latencies.
  bool end_operation(const BegunOperation& operation, Clock::time_point now,
                     std::uint32_t& answers);

  /// So much of an operation has come back, at the time that pass() was told last.
  void come(double operations) {
    if (measuring()) work_ += operations;
  }

  /// Of the window that is over; without `bytes`.
  WindowResult result() const;

  /// After a failure: no window is under way.
  void abandon() noexcept;

 private:
  enum class Phase { over, warming_up, measuring, following };
  /// The thread's clocks as they stood at an edge.
  struct Edge {
    Clock::time_point at;
    std::chrono::nanoseconds own_cpu{};
    std::chrono::nanoseconds backend_cpu{};
  };

  Edge edge_at(Clock::time_point now) const;
  void pass_edge(Clock::time_point now);
  void finish_if_followed(Clock::time_point now);

  WindowPlan* plan_ = nullptr;
  Clock::time_point begun_, middle_, until_, follow_until_;
  Phase phase_ = Phase::over;
  Clock::time_point next_ = Clock::time_point::max();
  Edge first_, last_;
  Clock::time_point middle_passed_;
  double work_ = 0;
  double first_half_work_ = 0;

  std::uint64_t all_started_ = 0, all_ended_ = 0;
  std::uint64_t ended_measuring_ = 0;                               // whenever they began
  std::uint64_t started_ = 0, ended_inside_ = 0, ended_after_ = 0;  // begun in the measured part
  std::chrono::nanoseconds response_{}, idle_{};                    // of these

  std::uint32_t answers_to_settle_ = several_answers;
  std::size_t unsettled_ = 0;  // connections that have not had several answers
  std::chrono::nanoseconds settling_{};
  bool settled_before_measuring_ = false;
};

}  // namespace ringside
