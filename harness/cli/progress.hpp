// How far a run is, for a person who waits.
#pragma once

#include <chrono>
#include <string>

#include "harness/plan/plan.hpp"

namespace ringside {

/// One line on standard error that rewrites itself, with the time left; nothing at all where
/// standard error is no terminal or the user asked for quiet.
class Progress {
 public:
  Progress(const Plan& plan, bool wanted);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The next round begins; `what` says which parameters it has.
  void begin_round(const Round& round, const std::string& what);
  void end_round();

  /// What is being done within the round.
  void update(const std::string& doing);

  /// Removes the line, before something else is printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_;
  int columns_ = 80;
  std::chrono::nanoseconds planned_{};       // of all rounds
  std::chrono::nanoseconds planned_done_{};  // of the rounds that have ended
  std::chrono::nanoseconds planned_now_{};   // of the round under way
  int rounds_ = 0;
  int rounds_done_ = 0;
  Clock::time_point started_ = Clock::now();
  Clock::time_point round_started_ = Clock::now();
  Clock::time_point drawn_;
  std::string what_;
};

}  // namespace ringside
