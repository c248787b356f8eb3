// The harness's side of one cell process.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/fd.hpp"
#include "base/json.hpp"
#include "harness/process/helper_process.hpp"

namespace ringside {

class CpuSet;
class StopSignal;

/// What a cell's process says of itself, since it began.
struct Snapshot {
  std::chrono::nanoseconds user{};
  std::chrono::nanoseconds system{};
  std::uint64_t voluntary = 0;    ///< context switches
  std::uint64_t involuntary = 0;  ///< likewise
  std::map<std::string, std::string> effective;
  std::map<std::string, std::uint64_t> counters;  ///< the scenario's own
};

/// A process that runs one cell. It ends with this object at the latest, and with the thread that
/// made it. For use by that thread only.
class Child {
 public:
  /// Starts the process and exchanges greetings; see HelperProcess for `program`. Throws Error.
  Child(std::span<const UniqueFd> listeners, const CpuSet& cpus, const ProgramWords& program)
      : process_("cell", listeners, cpus, program) {}

  pid_t pid() const noexcept { return process_.pid(); }

  /// Tells it which cell to run, with what is the same for all backends (`params`) and what this
  /// cell alone is told (`setup`). Returns the backend's version. Throws Unavailable, or Error.
  std::string start(const std::string& scenario, const std::string& backend, const Json& params,
                    const Json& setup);

  /// Throws Error.
  Snapshot snapshot() const;

  /// Hands the cell one piece of work and returns what it says when it is done. Throws Unavailable,
  /// Error when it fails or takes longer than `limit`, Interrupted when `interrupt` is raised.
  Json ask(Json order, std::chrono::milliseconds limit, const StopSignal& interrupt) const;

  /// Tells the cell to stop and waits until the process has ended. Throws Error when it does not
  /// within a few seconds, or ends otherwise than by stopping.
  void stop() { process_.stop(); }

  /// How the process ended, see HelperProcess.
  Epitaph epitaph() { return process_.epitaph(); }

 private:
  HelperProcess process_;
};

}  // namespace ringside
