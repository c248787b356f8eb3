// What the harness asks of a load: connect to backends, give one of them a window of work.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/histogram.hpp"
#include "base/json.hpp"
#include "base/measured.hpp"
#include "base/net/listen.hpp"

namespace ringside {

/// A backend did not do its work: it broke off, stalled, or answered wrongly.
class TargetFailure : public Error {
 public:
  enum class Kind { broke_off, stalled, wrong_data };

  TargetFailure(Kind kind, const std::string& what, std::string mend = {})
      : Error(what, std::move(mend)), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// The user asked to end the run while a window was under way.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

/// The shape of one window of work.
struct WindowSpec {
  std::chrono::nanoseconds warmup{};
  std::chrono::nanoseconds measured{};
  /// How long the warm-up may go on until every connection has had several answers; not longer than
  /// `warmup` when this is not longer.
  std::chrono::nanoseconds settle_limit{};
  /// The backend's CPU clock, to be read at the edges of the measured part; empty when it is not to
  /// be: a running process's is as old as the last clock tick.
  std::function<std::chrono::nanoseconds()> backend_clock{};
};

/// What became of the operations that began in measured parts. Nothing is lost: `started` is the
/// sum of the other three (checked by the laws in harness/laws).
struct BegunOperations {
  std::uint64_t started = 0;
  std::uint64_t ended_inside = 0;  ///< in the measured part as well
  std::uint64_t ended_after = 0;   ///< while they were waited for
  std::uint64_t failed = 0;        ///< of the whole window: never came back
};

/// What one window gave, its measured part only unless it says otherwise.
struct WindowResult {
  std::uint64_t ops = 0;      ///< completed, whenever they began
  std::uint64_t bytes = 0;    ///< of payload, one direction; compared with what was expected
  std::uint64_t all_ops = 0;  ///< warm-up and drain included
  /// Of `ops`, those of which nobody looked at the result, where looking at all would take too
  /// long.
  std::uint64_t unverified_ops = 0;
  std::chrono::nanoseconds elapsed{};
  /// Only where the cell itself reports what its operations cost, or WindowSpec::backend_clock was
  /// read; elsewhere the harness finds it.
  std::optional<std::chrono::nanoseconds> backend_cpu{};
  std::chrono::nanoseconds load_cpu{};  ///< of all threads of the load
  /// Of what the load does on the one CPU that it keeps busiest: of the thread that used most,
  /// together with the load's other processes where these share its CPU.
  std::chrono::nanoseconds busiest_load_cpu{};

  /// What came back, in operations: by bytes, so that a large message counts in the window for just
  /// the part of it that came in the window. Throughput is this over `elapsed`.
  double work = 0;
  double first_half_work = 0;             ///< of it, what came in the first half …
  std::chrono::nanoseconds first_half{};  ///< … which took so long

  BegunOperations begun{};
  std::chrono::nanoseconds response{};  ///< from begin to end, all `begun` added up
  /// What the load let pass between an answer and the operation that followed it, all `begun` added
  /// up.
  std::chrono::nanoseconds idle{};

  /// From the window's begin until every connection had had several answers; none when that did not
  /// happen, or when there are no connections.
  std::optional<std::chrono::nanoseconds> settling{};
  /// 1 when the measured part began before that, else 0.
  std::uint64_t unsettled = 0;
};

/// Of `cpu`, used over a whole window, what falls to the work of its measured part: every operation
/// costs as much as any other, those of the warm-up and the drain too.
std::chrono::nanoseconds share_of_measured(std::chrono::nanoseconds cpu,
                                           const WindowResult& window) noexcept;

/// Fewest and most operations that one connection completed in measured parts.
struct Fairness {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

/// Everything the load knows of one target after some windows.
struct LoadFigures {
  Histogram latency;            ///< of the operations that began in the measured parts
  Measured<Fairness> fairness;  ///< unknown where there is no load generator, with that reason

  /// What only this scenario measures, names as in docs/FORMAT.md: distributions of times, one
  /// entry an operation, and single figures with their unit in the name.
  std::map<std::string, Histogram> times;
  std::map<std::string, Measured<double>> figures;

  /// What readers must know of this target's figures alone.
  std::vector<std::string> caveats{};
};

/// How the load reaches one backend.
struct Target {
  std::span<const Endpoint> endpoints;  ///< where its event loops listen

  /// Hands the cell a piece of work and returns its answer, for scenarios that work so. May take as
  /// long as `limit`; throws as Load's functions do.
  std::function<Json(Json order, std::chrono::milliseconds limit)> ask;
};

/// The work of one round, for several backends ("targets", numbered from 0) that take turns. All
/// functions are called from one thread, the first of the load's ThreadTeam, and throw
/// TargetFailure when the target does not do its part, Interrupted when the user ends the run.
class Load {
 public:
  virtual ~Load() = default;

  /// What the target's cell must be told beside the parameters when it is started.
  virtual Json cell_setup(std::size_t /*target*/) { return Json::object(); }

  /// Opens the target's connections, spread evenly over its endpoints, and has each one served
  /// once, so that nothing of the set-up is left for the first window. What `reached` refers to
  /// lives until disconnect.
  virtual void connect(std::size_t target, const Target& reached) = 0;

  /// Gives the target work for one window and takes in every answer before it returns. The window
  /// goes on at full pace until all that began in its measured part has ended.
  virtual WindowResult run_window(std::size_t target, const WindowSpec& spec) = 0;

  /// Closes the target's connections. Never throws.
  virtual void disconnect(std::size_t target) noexcept = 0;

  /// Of the measured parts since forget_figures, or since connect. Between windows only.
  virtual LoadFigures figures(std::size_t target) const = 0;
  virtual void forget_figures(std::size_t target) = 0;

  /// Both.
  LoadFigures take_figures(std::size_t target) {
    LoadFigures taken = figures(target);
    forget_figures(target);
    return taken;
  }

  /// Processes of the load's own, beside the calling one. Their CPU is the measurement's, and no
  /// other program's.
  virtual std::vector<pid_t> processes() const { return {}; }
};

}  // namespace ringside
