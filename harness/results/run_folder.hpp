// A run's folder: the names in it, making it, and reading it back.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/measurement.hpp"

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

  /// The folder's own: "results/quick" and "results/quick/" are both "quick".
  std::string name() const;
};

/// "20261123T131500Z-hostname": sorts by time. Of `host` only letters, digits, '-', '_' and '.' are
/// kept, since it becomes part of a path.
std::string default_folder_name(std::chrono::system_clock::time_point start, std::string_view host);

/// Makes `path` with its parents, unless it is there, and makes sure that files can be written in
/// it. Throws Error with a mend when they cannot, or when the folder already holds a run.
RunFolder create_run_folder(const std::filesystem::path& path);

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
