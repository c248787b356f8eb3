// One backend in a round: its process, its counters, and the measurement that grows from them.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "harness/load/load.hpp"
#include "harness/measure/process.hpp"
#include "harness/net/listen.hpp"
#include "harness/plan/plan.hpp"
#include "harness/results/measurement.hpp"
#include "harness/trial/child.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

class StopSignal;

/// Owns the process. Whatever goes wrong with it is recorded in the measurement; after that the
/// contender is out() and takes no part any more.
class Contender {
 public:
  Contender(const Round& round, const Trial& trial);

  /// Starts the process and its cell, pinned to `cpus`, with `listeners` sockets.
  void start(std::size_t listeners, const Json& setup, const CpuSet& cpus);

  /// Does `step` unless out(); what it throws takes the contender out. Interrupted passes through.
  void attempt(const std::function<void()>& step);

  /// Begins and ends the stretch over which context switches and the split of CPU time are counted.
  void begin_counting() {
    attempt([this] { before_ = child_->snapshot(); });
  }
  void end_counting();

  /// Has the load give this backend a window of work and returns when the process rests again, so
  /// that nothing of one slice trails into the next (kernel workers, deferred work). CPU time is
  /// read while the process rests, before and after: that of a thread that is running is as old as
  /// the last clock tick. So there are two warm-ups: one from which the process rests again, so
  /// that cold caches are in no figure, and the window's own, in which all connections get under
  /// way. Throws as Load::run_window.
  WindowResult run_window(Load& load, std::size_t target, const WindowSpec& spec);

  /// To be called once, after some work. A process that goes on using the CPU with nothing to do
  /// gets a caveat, and is not waited for any more. Throws Error when the process is gone.
  void find_whether_it_rests();

  /// Adds one slice to the measurement; `place` is its place in the order of the cycle.
  void add(const WindowResult& result, std::uint32_t place);

  /// Takes over what the load knows, stops the process and completes the derived figures, for the
  /// parts of an operation too.
  void finish(const Load& load, std::size_t target, const SubOperations& parts);

  bool out() const noexcept { return out_; }
  /// What the load needs to reach it; `interrupt` ends the waiting for its answers.
  Target reach(const StopSignal& interrupt) const;

  pid_t pid() const noexcept { return child_->pid(); }
  Measurement& measurement() noexcept { return measurement_; }

 private:
  WindowResult give_work(Load& load, std::size_t target, const WindowSpec& spec);
  std::chrono::nanoseconds cpu_at_rest() const;
  void take_out(Status status, const std::string& reason, const std::string& mend);
  void complete_figures(const LoadFigures& load);
  void add_figures_of_parts(const SubOperations& parts);

  Measurement measurement_;
  ProgramWords program_;
  Listeners listeners_;
  std::unique_ptr<Child> child_;
  std::optional<ProcessCpuClock> cpu_clock_;
  std::optional<Snapshot> before_, after_;
  std::uint64_t counted_ops_ = 0;           // between the snapshots: all that there were
  std::chrono::nanoseconds backend_cpu_{};  // of the measured parts, like the next two
  std::chrono::nanoseconds load_cpu_{};
  std::chrono::nanoseconds busiest_load_cpu_{};
  bool restless_ = false;
  bool out_ = false;
};

}  // namespace ringside
