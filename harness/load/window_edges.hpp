// The edges of a window's measured part, as the thread of a load passes them.
#pragma once

#include <chrono>

#include "harness/load/load.hpp"

namespace ringside {

/// When the measured part of a window lies.
struct MeasuredPart {
  std::chrono::steady_clock::time_point from;
  std::chrono::steady_clock::time_point until;
};

/// Says whether a thread of a load is before, in or after the measured part, and reads its
/// clocks at the edges. An edge is passed when the thread first looks at the clock after it. For
/// one thread; between windows it is "over".
class WindowEdges {
 public:
  using Clock = std::chrono::steady_clock;

  /// A window begins.
  void begin(const MeasuredPart& part);

  /// To be called with every new time.
  void pass(Clock::time_point now) {
    if (now >= next_) pass_edge(now);
  }

  bool measuring() const noexcept { return phase_ == Phase::measuring; }
  bool over() const noexcept { return phase_ == Phase::over; }

  /// Time and CPU time between the edges of the last window; nothing about operations.
  WindowResult result() const;

  /// After a failure: no window is under way.
  void abandon() noexcept;

 private:
  enum class Phase { over, warming_up, measuring };
  /// The thread's clocks as they stood at an edge.
  struct Edge {
    Clock::time_point at;
    std::chrono::nanoseconds own_cpu{};
  };

  void pass_edge(Clock::time_point now);

  Clock::time_point until_;
  Phase phase_ = Phase::over;
  Clock::time_point next_ = Clock::time_point::max();
  Edge first_, last_;
};

}  // namespace ringside
