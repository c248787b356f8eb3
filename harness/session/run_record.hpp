// run.json: what was asked, of which build, on which machine.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "harness/record/run_folder.hpp"

namespace ringside {

struct Backend;
struct Options;
struct Scenario;
struct Setting;

/// Writes run.json when the run begins, so that an interrupted run is explained too, and completes
/// it when the run ends. The form is in docs/FORMAT.md.
class RunRecord {
 public:
  /// Throws Error when run.json cannot be written; the folder is given up then.
  RunRecord(const ClaimedFolder& claimed, const Options& options,
            const std::vector<std::string>& command, const Setting& setting,
            std::span<const Backend> backends, std::span<const Scenario> scenarios,
            std::chrono::system_clock::time_point start);

  /// The run has ended: by itself, or because it was interrupted. Adds to `unwritten` when that
  /// cannot be written.
  void finish(bool interrupted, std::vector<Error>& unwritten);

 private:
  RunFolder folder_;
  Json record_;
};

/// What run.json says of a measurement here that could matter to its figures, but for the
/// scenarios' parameters: options, seed, version and revision, CPUs, load, machine.
Json describe_conditions(const Options& options, const Setting& setting);

/// After the harness could not go on: what was measured until then is made into summaries, as far
/// as that is possible, and run.json says that it is not all. Never throws.
void keep_what_was_measured(RunRecord& record, const RunFolder& folder) noexcept;

/// The folder of a new run: `output`, or where that is empty one called `name` in results/. Throws
/// Error as claim_run_folder does.
ClaimedFolder claim_folder(const std::string& output, const std::string& name);

/// This machine's name, or "unknown".
std::string host_name();

}  // namespace ringside
