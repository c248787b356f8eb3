// What rounds are measured with, made and owned for as long as they are.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "harness/load/team.hpp"
#include "harness/measure/awake_cpus.hpp"
#include "harness/trial/round.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

struct RunFolder;
struct Setting;

/// The load's threads and what loads keep from round to round. To be used by the thread that made
/// it.
class Workbench {
 public:
  /// Pins this thread and the load's to the load's CPUs. `setting` and `interrupt` outlive this;
  /// `progress` may be empty.
  Workbench(const Setting& setting, const RunFolder& folder, const StopSignal& interrupt,
            std::function<void(const std::string& doing)> progress);

  const Bench& bench() const noexcept { return bench_; }

 private:
  std::map<std::string, std::unique_ptr<Keepsake>> kept_;
  std::map<std::string, Windows> lengths_;
  ThreadTeam team_;
  AwakeCpus awake_;
  Bench bench_;
};

}  // namespace ringside
