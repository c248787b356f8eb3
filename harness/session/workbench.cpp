#include "harness/session/workbench.hpp"

#include <utility>

#include "harness/record/run_folder.hpp"
#include "harness/session/setting.hpp"

namespace ringside {

namespace {

/// The thread that measures is the load's first, and what it does besides must not disturb the
/// backends.
const CpuSet& move_to(const CpuSet& cpus) {
  pin_this_thread(cpus);
  return cpus;
}

}  // namespace

Workbench::Workbench(const Setting& setting, const RunFolder& folder, const StopSignal& interrupt,
                     std::function<void(const std::string& doing)> progress)
    : team_(move_to(setting.cpus.load).size(),
            [&setting](std::size_t) { pin_this_thread(setting.cpus.load); }),
      awake_(setting.cpus.backend.united(setting.cpus.load)),
      bench_{.backend_cpus = setting.cpus.backend,
             .load_cpus = setting.cpus.load,
             .team = team_,
             .awake = awake_,
             .load_io = setting.load_io,
             .interrupt = interrupt,
             .caveats = setting.cpus.caveats,
             .folder = folder.path,
             .kept = kept_,
             .lengths = lengths_,
             .progress = std::move(progress)} {}

}  // namespace ringside
