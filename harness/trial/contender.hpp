// One backend in a round: its process, its counters, and the measurement that grows from them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/net/listen.hpp"
#include "harness/load/load.hpp"
#include "harness/measure/process.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/measurement.hpp"
#include "harness/trial/child.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

class AwakeCpus;
class StopSignal;

/// What a backend's process did in the stretches that are counted.
struct Counted {
  std::chrono::nanoseconds user{};
  std::chrono::nanoseconds system{};
  std::uint64_t voluntary = 0;    ///< context switches
  std::uint64_t involuntary = 0;  ///< likewise
  std::map<std::string, std::uint64_t> counters;
  std::uint64_t ops = 0;  ///< all that there were
};

/// Owns the process. Whatever goes wrong with it is recorded in the measurement; after that the
/// contender is out() and takes no part any more.
class Contender {
 public:
  /// `awake` outlives it.
  Contender(const Round& round, const Trial& trial, AwakeCpus& awake);

  /// Starts the process and its cell, pinned to `cpus`, with `listeners` sockets.
  void start(std::size_t listeners, const Json& setup, const CpuSet& cpus);

  /// Does `step` unless out(); what it throws takes the contender out. Interrupted passes through.
  void attempt(const std::function<void()>& step);

  /// Begin and end a stretch over which context switches and the split of CPU time are counted;
  /// there may be several. Throw Error when the process is gone.
  void begin_counting();
  void end_counting();

  /// Has the load give this backend a window of work and returns when the process rests again, so
  /// that nothing of one slice trails into the next (kernel workers, deferred work); the CPUs stay
  /// awake meanwhile. CPU time is
  /// read while the process rests: that of a thread that is running is as old as the last clock
  /// tick. So there are three passes, each from rest to rest: one of the length `caches`, after
  /// which cold caches are in no figure; the window without its measured part; and the window. The
  /// CPU of the measured part is what the third used more than the second, per operation that it
  /// did more: the same beginning and end are in both. In windows of a second or more the clock is
  /// read at the edges instead, since its age is nothing beside them. Throws as Load::run_window.
  WindowResult run_window(Load& load, std::size_t target, std::chrono::nanoseconds caches,
                          const WindowSpec& spec);

  /// To be called once, after some work. A process that goes on using the CPU with nothing to do
  /// gets a caveat, and is not waited for any more. Throws Error when the process is gone.
  void find_whether_it_rests();

  /// Adds one slice to the measurement; `place` is its place in the order of the cycle.
  void add(const WindowResult& result, std::uint32_t place);

  /// To be called around each cycle; `beside_audit`: it lies next to the audit's window.
  void begin_cycle(const Load& load, std::size_t target);
  void end_cycle(const Load& load, std::size_t target, bool beside_audit);

  /// Measures one whole window, which the slices are held against, in the middle of them.
  void audit(Load& load, std::size_t target, std::chrono::nanoseconds caches,
             const WindowSpec& spec);

  /// To be called after the last slice: takes over what the load knows of them.
  void take_figures(Load& load, std::size_t target);

  /// Stops the process and completes the derived figures, for the parts of an operation too. What
  /// breaks a law is invalid after that.
  void finish(Load& load, std::size_t target, const SubOperations& parts);

  bool out() const noexcept { return out_; }
  /// What the load needs to reach it; `interrupt` ends the waiting for its answers.
  Target reach(const StopSignal& interrupt) const;

  pid_t pid() const noexcept { return child_->pid(); }
  Measurement& measurement() noexcept { return measurement_; }

 private:
  /// What one pass did, from rest to rest.
  struct Pass {
    WindowResult window;
    std::chrono::nanoseconds cpu{};
  };

  Pass give_work(Load& load, std::size_t target, const WindowSpec& spec);
  std::chrono::nanoseconds cpu_at_rest() const;
  void take_out(Status status, const std::string& reason, const std::string& mend);
  void complete_figures();
  void add_process_figures(double work);
  void add_figures_of_parts(const SubOperations& parts);

  AwakeCpus* awake_;
  Measurement measurement_;
  ProgramWords program_;
  Listeners listeners_;
  std::unique_ptr<Child> child_;
  std::optional<ProcessCpuClock> cpu_clock_;
  std::uint64_t given_ops_ = 0;     // since the process began
  std::optional<Snapshot> before_;  // the stretch that is being counted
  std::uint64_t given_before_ = 0;  // likewise
  std::optional<Counted> counted_;  // once the first stretch is over
  std::map<std::string, std::string> effective_;
  std::optional<LoadFigures> before_cycle_;  // while one, or the audit's window, is under way
  Histogram beside_;                         // of the cycles next to the audit's window
  LoadFigures audited_;                      // of the audit's window
  std::optional<LoadFigures> figures_;       // of the slices
  std::chrono::nanoseconds backend_cpu_{};   // of the measured parts, like the next two
  std::chrono::nanoseconds load_cpu_{};
  std::chrono::nanoseconds busiest_load_cpu_{};
  bool restless_ = false;
  bool out_ = false;
};

}  // namespace ringside
