#include "harness/cli/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/text.hpp"
#include "harness/cli/terminal.hpp"

namespace ringside {

namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// A person reads no faster, and drawing takes CPU time on the load's CPU.
constexpr milliseconds redraw_interval{200};

// Starting processes, connecting and letting them rest takes about so much beside the windows;
// used until the first round has shown the real figure.
constexpr double usual_overhead = 1.25;

double seconds(nanoseconds time) {
  return duration<double>(time).count();
}

}  // namespace

Progress::Progress(const Plan& plan, bool wanted)
    : shown_(wanted && can_rewrite_line(stderr)), rounds_(static_cast<int>(plan.rounds.size())) {
  for (const Round& round : plan.rounds) planned_ += least_time(round);
  columns_ = terminal_columns();
}

void Progress::begin_round(const Round& round, const std::string& what) {
  planned_now_ = least_time(round);
  round_started_ = Clock::now();
  what_ = what;
  update("starting");
}

void Progress::end_round() {
  planned_done_ += planned_now_;
  planned_now_ = {};
  ++rounds_done_;
}

void Progress::update(const std::string& doing) {
  const Clock::time_point now = Clock::now();
  if (!shown_ || now - drawn_ < redraw_interval) return;
  drawn_ = now;
  const double overhead = planned_done_.count() == 0
                              ? usual_overhead
                              : seconds(round_started_ - started_) / seconds(planned_done_);
  const double total = seconds(planned_) * overhead;
  const double left = std::max(0.0, total - seconds(now - started_));
  const std::string line = printable(fmt::format("round {}/{} · {} · {} · {:.0f} s left",
                                                 rounds_done_ + 1, rounds_, what_, doing, left));
  // A line as wide as the terminal would wrap, and then only its end be rewritten.
  const auto room = static_cast<std::size_t>(columns_) - 1;
  tell("\r\033[K" + (utf8_locale() ? shortened(line, room) : to_ascii(line).substr(0, room)));
}

void Progress::clear() {
  if (!shown_) return;
  tell("\r\033[K");
}

}  // namespace ringside
