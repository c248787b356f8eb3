// What the harness asks of a load: connect to backends, give one of them a window of work.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
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
  /// Reads the CPU time that the backend's process has used. Called at both edges of the measured
  /// part, on the load's first thread, so it must be cheap.
  std::function<std::chrono::nanoseconds()> backend_cpu;
};

/// What one window gave, its measured part only unless it says otherwise.
struct WindowResult {
  std::uint64_t ops = 0;
  std::uint64_t bytes = 0;    ///< of payload, one direction; all compared with what was expected
  std::uint64_t all_ops = 0;  ///< warm-up and drain included
  std::chrono::nanoseconds elapsed{};
  std::chrono::nanoseconds backend_cpu{};
  std::chrono::nanoseconds load_cpu{};          ///< of all threads of the load
  std::chrono::nanoseconds busiest_load_cpu{};  ///< of the one that used most
};

/// Fewest and most operations that one connection completed in measured parts.
struct Fairness {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

/// The work of one round, for several backends ("targets", numbered from 0) that take turns. All
/// functions are called from one thread, the first of the load's ThreadTeam, and throw
/// TargetFailure when the target does not do its part, Interrupted when the user ends the run.
class Load {
 public:
  virtual ~Load() = default;

  /// Opens the target's connections, spread evenly over its endpoints, and has each one served
  /// once, so that nothing of the set-up is left for the first window.
  virtual void connect(std::size_t target, std::span<const Endpoint> endpoints) = 0;

  /// Gives the target work for one window and takes in every answer before it returns.
  virtual WindowResult run_window(std::size_t target, const WindowSpec& spec) = 0;

  /// Closes the target's connections. Never throws.
  virtual void disconnect(std::size_t target) noexcept = 0;

  /// Latencies of the operations in the measured parts so far.
  virtual Histogram latency(std::size_t target) const = 0;

  virtual Fairness fairness(std::size_t target) const = 0;
};

}  // namespace ringside
