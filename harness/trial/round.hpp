// Measuring one round: every backend alive, the load moving from one to the next.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/load/io_choice.hpp"
#include "harness/measure/cpus.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/measurement.hpp"

namespace ringside {

class AwakeCpus;
class Keepsake;
class StopSignal;
class ThreadTeam;
struct Scenario;

/// What rounds are measured with: the same for the whole run.
struct Bench {
  CpuSet backend_cpus;
  CpuSet load_cpus;
  ThreadTeam& team;                  ///< pinned to load_cpus; its first thread calls run_round
  AwakeCpus& awake;                  ///< those of backends and load, between windows
  IoChoice load_io;                  ///< what the load drives its sockets with
  const StopSignal& interrupt;       ///< raised when the user wants to end the run
  std::vector<std::string> caveats;  ///< of the machine, carried by every measurement
  std::filesystem::path folder;      ///< of the run's results
  /// What loads keep from round to round, by the name of their scenario.
  std::map<std::string, std::unique_ptr<Keepsake>>& kept;
  /// The lengths that rounds of the same work have had so far, by what the work is: they only grow,
  /// so that rounds of one run are alike.
  std::map<std::string, Windows>& lengths;
  /// Called now and then with what is being done ("epoll, cycle 3 of 20"); may be empty.
  std::function<void(const std::string& doing)> progress;
};

/// Runs the trials of a round and returns a measurement for each, in their order. What a backend
/// does wrong is in its measurement and does not end the round. When `bench.interrupt` is raised,
/// what has been measured so far is returned, with a caveat. No process is left when it returns.
/// Throws Error only when the harness itself cannot go on.
std::vector<Measurement> run_round(const Round& round, const Scenario& scenario,
                                   const Bench& bench);

}  // namespace ringside
