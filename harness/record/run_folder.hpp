// A run's folder: the names in it, making it, and reading it back.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "harness/record/measurement.hpp"

namespace ringside {

/// The files of one run; docs/FORMAT.md says what is in each.
struct RunFolder {
  std::filesystem::path path;

  std::filesystem::path run_json() const { return path / "run.json"; }
  std::filesystem::path trials_jsonl() const { return path / "trials.jsonl"; }
  std::filesystem::path summary_csv() const { return path / "summary.csv"; }
  std::filesystem::path trials_csv() const { return path / "trials.csv"; }
  std::filesystem::path percentiles_csv() const { return path / "percentiles.csv"; }
  std::filesystem::path report_html() const { return path / "report.html"; }
  std::filesystem::path summary_json() const { return path / "summary.json"; }

  /// Those that `ringside report` can make again.
  std::vector<std::filesystem::path> made_files() const;

  /// Every name that a run or a gate writes to.
  std::vector<std::filesystem::path> files() const;

  /// The folder's own: "results/quick" and "results/quick/" are both "quick".
  std::string name() const;
};

/// "20261123T131500Z-hostname": sorts by time. Of `host` only letters, digits, '-', '_' and '.' are
/// kept, since it becomes part of a path.
std::string default_folder_name(std::chrono::system_clock::time_point start, std::string_view host);

/// A folder that no other run can have while this lives: its trials.jsonl is locked.
struct ClaimedFolder {
  RunFolder folder;
  UniqueFd lock;
  bool made = false;  ///< was not there before

  /// For a run that could not begin: takes back what claiming the folder made. Never throws.
  void give_up() const noexcept;
};

/// Claims `path`, which is made with its parents unless it is there, and makes sure that files can
/// be written in it. Throws Error with a mend when they cannot, when another run is using the
/// folder, or when it already holds the files of one.
ClaimedFolder claim_run_folder(const std::filesystem::path& path);

/// Makes and claims a folder that was not there before: `path`, or else `path`-2, -3 and so on:
/// runs that begin in the same second want the same name. Throws Error.
ClaimedFolder claim_new_run_folder(const std::filesystem::path& path);

/// Throws Error when writing to `output` would destroy what was measured: the trials.jsonl or
/// run.json of any run, or one of `inputs`, which are folders of runs or files in the form of
/// trials.jsonl.
void require_no_measurements(const std::filesystem::path& output,
                             const std::vector<std::string>& inputs);

/// What could be read of a trials.jsonl.
struct TrialsRead {
  std::vector<Measurement> trials;
  /// Why reading stopped before the end of the file, naming the line, and whether rounds are there
  /// twice; empty when all was read and is right.
  std::string warning;
};

/// Reads trials.jsonl up to its end or to the first line that is truncated or damaged: whatever
/// was measured before a crash stays usable. Throws Error only when the file cannot be read.
TrialsRead read_trials(const RunFolder& folder);

/// The same of a file in the form of trials.jsonl, whatever its name.
TrialsRead read_trials_file(const std::filesystem::path& path);

/// Reads run.json, form "ringside.run/1". Throws Error when it is missing, is no JSON or has
/// another schema.
Json read_run_json(const RunFolder& folder);

}  // namespace ringside
