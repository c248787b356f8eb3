// What one trial gave, or why it gave nothing: one line of trials.jsonl.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.hpp"
#include "base/json.hpp"
#include "base/measured.hpp"
#include "base/noise.hpp"
#include "base/work_words.hpp"
#include "harness/record/latencies.hpp"
#include "harness/record/stored_histogram.hpp"

namespace ringside {

enum class Status {
  ok,
  failed,   ///< ran and broke, or answered wrongly
  skipped,  ///< cannot run here
  invalid,  ///< ran, but the figures mean nothing
};

std::string_view to_string(Status status) noexcept;

/// Of the backend's process, over the slices of the round with their warm-up.
struct ContextSwitches {
  std::uint64_t voluntary = 0;
  std::uint64_t involuntary = 0;
  double per_op = 0;   ///< of both kinds
  std::string source;  ///< "getrusage"
};

/// Of the backend's process, kernel workers included.
struct CpuUse {
  double user_ns_per_op = 0;    ///< total, split in the proportion that getrusage gives
  double system_ns_per_op = 0;  ///< likewise
  double total_ns_per_op = 0;   ///< from the process CPU clock, over the measured windows
  double utilisation = 0;       ///< total over elapsed; 1.0 is one CPU fully used
};

struct SystemCalls {
  double per_op = 0;
  std::string source;  ///< "raw_syscalls:sys_enter"
};

/// One entry for each cycle of a round; the vectors have the same length, but for those that lines
/// of ringside 0.1 do not have, which are empty then.
struct Slices {
  std::vector<std::uint32_t> order;  ///< the place of this backend in its cycle, from 0
  std::vector<std::uint64_t> ops;
  std::vector<std::int64_t> elapsed_ns;
  std::vector<std::int64_t> cpu_ns;           ///< of the backend's process
  std::vector<double> work_ops{};             ///< see Measurement::work_ops
  std::vector<double> first_half_ops{};       ///< of it, in the first half of the slice …
  std::vector<std::int64_t> first_half_ns{};  ///< … which took so long; 0 where there are no halves
  std::vector<std::int64_t> response_ns{};    ///< of the operations that began, added up
  std::vector<std::int64_t> idle_ns{};        ///< the load's own time before each, added up
  std::vector<std::uint64_t> started{};       ///< operations that began

  double work(std::size_t cycle) const {
    return work_ops.empty() ? static_cast<double>(ops[cycle]) : work_ops[cycle];
  }
};

/// How long a trial's windows were, and what that followed from.
struct WindowLengths {
  bool whole = false;            ///< whole windows; else slices
  std::int64_t warmup_ns = 0;    ///< before each measured part, at least
  std::int64_t measured_ns = 0;  ///< of each
  /// Of the slowest backend of the round, in a pass that is in no figure: one turn of a place in
  /// the loop, and from a window's begin until every connection had had several answers. None where
  /// the lengths were given or nothing turns.
  std::optional<std::int64_t> rotation_ns{};
  std::optional<std::int64_t> settling_ns{};
  /// Windows whose measured part began before every connection had had several answers.
  std::uint64_t unsettled = 0;
};

/// CPUs that may have been used.
struct CpusGiven {
  std::uint64_t backend = 0;
  std::uint64_t load = 0;
  std::uint64_t together = 0;  ///< less than the sum where they share some
};

/// Operations in the system, as the parameters have it.
struct InSystem {
  std::uint64_t operations = 0;
  bool exact = false;  ///< always so many: a closed loop; else so many at most
};

/// What became of the operations that began in the measured parts.
struct Conservation {
  std::uint64_t started = 0;
  std::uint64_t completed_in_window = 0;
  std::uint64_t completed_after = 0;
  std::uint64_t failed = 0;
};

/// Whole windows of a trial that was measured in slices, to hold against them.
struct Audit {
  std::uint64_t windows = 0;
  /// Slices that came before. What is held against a window is the slice before it and the one
  /// after it, in which the machine is as fast as in the window. 0 in lines of which the window
  /// came when all slices were over: then it is all of them.
  std::uint64_t after_slices = 0;
  std::optional<std::int64_t> beside_p50_ns{};  ///< of the operations of these slices
  std::optional<std::int64_t> beside_p90_ns{};
  std::int64_t elapsed_ns = 0;
  double work_ops = 0;
  double cpu_ns_per_op = 0;
  StoredHistogram latency;                         ///< of the operations that began in them
  std::map<std::string, StoredHistogram> times{};  ///< likewise, the scenario's own

  double throughput_ops_per_s() const noexcept {
    return elapsed_ns == 0 ? 0 : work_ops * 1e9 / static_cast<double>(elapsed_ns);
  }
};

/// What the load generator itself cost and did, in the measured windows.
struct GeneratorUse {
  double cpu_utilisation = 0;  ///< of its busiest thread; 1.0 is one CPU fully used
  double cpu_ns_per_op = 0;    ///< of all its threads
  bool saturated = false;      ///< it may have been the bottleneck: throughput is a lower bound
  std::uint64_t least_ops_per_connection = 0;  ///< fairness: the most starved connection …
  std::uint64_t most_ops_per_connection = 0;   ///< … and the most favoured one
  std::string io{};  ///< "io_uring" or "epoll"; empty in lines from before there was a choice
  std::string io_reason{};  ///< why not io_uring; empty when it is
};

/// One trial: one scenario, one backend, one set of parameters, one round.
struct Measurement {
  int round = 0;  ///< from 1
  std::string scenario;
  std::string backend;
  bool control = false;    ///< the second copy of the baseline
  bool baseline = false;   ///< what the others are compared with
  bool reference = false;  ///< no backend, but what a user would otherwise do: never ranked
  std::string backend_version;
  Json params;      ///< the scenario's own names with units, as in docs/FORMAT.md
  WorkWords words;  ///< nothing in lines from before 2026-11: see words_of()

  Status status = Status::ok;
  std::string reason;       ///< why not ok; empty when ok
  std::string mend;         ///< what the user can do about it; may be empty
  bool wrong_data = false;  ///< failed because what came back was not what was sent
  std::vector<std::string> caveats;

  // Only of meaning when the status is ok or invalid.
  std::int64_t elapsed_ns = 0;  ///< the measured windows, added up
  std::uint64_t ops = 0;        ///< completed in the measured windows
  /// What came back in them, in operations: a large message that lies over an edge counts for the
  /// part that came inside. None where only whole operations were counted: see work().
  std::optional<double> work_ops{};
  std::uint64_t verified_ops = 0;  ///< of those, the ones of which every byte was right
  std::uint64_t bytes = 0;         ///< of payload, one direction
  Latencies latency;               ///< one entry for each operation that began in them
  Measured<ContextSwitches> context_switches;
  Measured<CpuUse> cpu;
  Measured<SystemCalls> syscalls;
  Measured<std::uint64_t> max_rss_bytes;
  Measured<std::uint64_t> threads_peak;
  Measured<std::uint64_t> kernel_workers;
  Slices slices;
  std::optional<WindowLengths> windows;  ///< none in lines of ringside 0.1, like the next three
  std::optional<CpusGiven> cpus;
  std::optional<InSystem> in_system;
  std::optional<Conservation> conservation;
  Measured<Audit> audit;
  Measured<GeneratorUse> generator;
  Noise noise;
  std::map<std::string, Latencies> times;           ///< the scenario's own, one entry an operation
  std::map<std::string, Measured<double>> figures;  ///< the scenario's own, unit in the name
  std::map<std::string, std::string> effective;     ///< what the cell says it really used

  /// Otherwise whole windows were measured.
  bool in_slices() const noexcept { return windows ? !windows->whole : slices.ops.size() > 1; }

  /// What throughput and everything per operation go by.
  double work() const noexcept { return work_ops.value_or(static_cast<double>(ops)); }

  double throughput_ops_per_s() const noexcept {
    return elapsed_ns == 0 ? 0 : work() * 1e9 / static_cast<double>(elapsed_ns);
  }
};

/// The slices beside an audit's window.
struct BesideAudit {
  double throughput_ops_per_s = 0;
  double cpu_ns_per_op = 0;
};

/// None where the window does not lie between slices.
std::optional<BesideAudit> beside_audit(const Measurement& trial);

/// Whether two sets of parameters (objects) are the same, in whatever order their members stand.
bool same_params(const Json& a, const Json& b);

/// Tells `latency` and `times` how they were taken, as `windows`, `slices` and `audit` have it. To
/// be called when these are complete; measurement_from_json does it.
void tell_what_times_show(Measurement& trial);

/// The line's form, "ringside.trial/1", documented in docs/FORMAT.md. A figure that is not finite
/// is written as null with that reason: JSON has no NaN, and 0 would be a lie.
Json to_json(const Measurement& measurement);

/// min, mean, p50, p90, p99, p99_9 and max in nanoseconds; null, with a reason, for what Latencies
/// cannot tell.
Json latency_to_json(const Latencies& latency);

/// Reads a line back. Derived figures are computed anew, the histogram's min, max and mean are
/// those of its buckets. Throws Error naming the member that is missing or of the wrong kind.
Measurement measurement_from_json(const Json& line);

}  // namespace ringside
