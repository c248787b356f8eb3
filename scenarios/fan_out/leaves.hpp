// The leaves' process: both sides of it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/fd.hpp"
#include "base/net/listen.hpp"
#include "harness/measure/process.hpp"
#include "harness/process/helper_process.hpp"
#include "scenarios/fan_out/params.hpp"

namespace ringside {

/// The leaves of one round, the same for all its backends, in a process of their own on the CPUs of
/// the calling thread. For use by the thread that made it; the process ends with the object.
class Leaves {
 public:
  /// Starts them, each listening on a port of its own. Throws Error.
  Leaves(const FanOutParams& params, std::uint64_t seed);

  /// Where leaf i listens.
  const std::vector<Endpoint>& endpoints() const noexcept { return listeners_.endpoints; }

  pid_t pid() const noexcept { return process_.pid(); }
  const ProcessCpuClock& cpu_clock() const noexcept { return cpu_clock_; }

  /// Why they are no more ("the leaves' process was killed by signal 9 (Killed)"); nothing when
  /// they are alive. Waits a fraction of a second for news: not for the midst of a measurement.
  std::optional<Epitaph> end();

 private:
  Listeners listeners_;
  HelperProcess process_;
  ProcessCpuClock cpu_clock_;
};

/// What the hidden subcommand `ringside leaves` does: serves until it is told to stop or the
/// harness is gone. Returns the exit status. To be called once, in a process made for it.
int run_leaves_process(UniqueFd control, std::vector<UniqueFd> listeners);

}  // namespace ringside
