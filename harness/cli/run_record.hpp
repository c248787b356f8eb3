// run.json: what was asked, of which build, on which machine.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "harness/cli/run_flags.hpp"
#include "harness/results/run_folder.hpp"

namespace ringside {

struct Backend;
struct Options;
struct Setting;

/// Writes run.json when the run begins, so that an interrupted run is explained too, and completes
/// it when the run ends. The form is in docs/FORMAT.md.
class RunRecord {
 public:
  RunRecord(const RunFolder& folder, const RunRequest& request,
            const std::vector<std::string>& command, const Setting& setting,
            std::span<const Backend> backends, std::chrono::system_clock::time_point start);

  /// The run has ended: by itself, or because the user interrupted it.
  void finish(bool interrupted);

 private:
  RunFolder folder_;
  Json record_;
};

/// What run.json says of a measurement here that could matter to its figures: options, seed,
/// version and revision, CPUs, load, machine.
Json describe_conditions(const Options& options, const Setting& setting);

/// This machine's name, or "unknown".
std::string host_name();

}  // namespace ringside
