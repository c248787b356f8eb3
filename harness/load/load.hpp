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
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/measured.hpp"
#include "harness/measure/histogram.hpp"
#include "harness/net/listen.hpp"

namespace ringside {

/// A backend did not do its work: it broke off, stalled, or answered wrongly.
class TargetFailure : public Error {
 public:
  enum class Kind { broke_off, stalled, wrong_data };

  TargetFailure(Kind kind, const std::string& what) : Error(what), kind_(kind) {}
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
};

/// What one window gave, its measured part only unless it says otherwise.
struct WindowResult {
  std::uint64_t ops = 0;
  std::uint64_t bytes = 0;    ///< of payload, one direction; compared with what was expected
  std::uint64_t all_ops = 0;  ///< warm-up and drain included
  /// Of `ops`, those of which nobody looked at the result, where looking at all would take too
  /// long.
  std::uint64_t unverified_ops = 0;
  std::chrono::nanoseconds elapsed{};
  /// Only where the cell itself reports what its operations cost; elsewhere the harness reads it.
  std::optional<std::chrono::nanoseconds> backend_cpu{};
  std::chrono::nanoseconds load_cpu{};  ///< of all threads of the load
  /// Of what the load does on the one CPU that it keeps busiest: of the thread that used most,
  /// together with the load's other processes where these share its CPU.
  std::chrono::nanoseconds busiest_load_cpu{};
};

/// Of `cpu`, used over a whole window, what falls to the operations of its measured part: every one
/// costs as much as any other, those of the warm-up and the drain too.
std::chrono::nanoseconds share_of_measured(std::chrono::nanoseconds cpu,
                                           const WindowResult& window) noexcept;

/// Fewest and most operations that one connection completed in measured parts.
struct Fairness {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

/// Everything the load knows of one target when the round ends.
struct LoadFigures {
  Histogram latency;            ///< of the operations in the measured parts
  Measured<Fairness> fairness;  ///< unknown where there is no load generator, with that reason

  /// What only this scenario measures, names as in docs/FORMAT.md: distributions of times, one
  /// entry an operation, and single figures with their unit in the name.
  std::map<std::string, Histogram> times;
  std::map<std::string, Measured<double>> figures;
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

  /// Gives the target work for one window and takes in every answer before it returns.
  virtual WindowResult run_window(std::size_t target, const WindowSpec& spec) = 0;

  /// Closes the target's connections. Never throws.
  virtual void disconnect(std::size_t target) noexcept = 0;

  /// Of the measured parts so far.
  virtual LoadFigures figures(std::size_t target) const = 0;

  /// Processes of the load's own, beside the calling one. Their CPU is the measurement's, and no
  /// other program's.
  virtual std::vector<pid_t> processes() const { return {}; }
};

}  // namespace ringside
