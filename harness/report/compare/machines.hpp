// Whether two runs may be compared at all: what of machine, settings and versions differs.
#pragma once

#include <string>
#include <vector>

namespace ringside {

struct ComparedRun;
struct Measurement;

struct RunDifferences {
  /// What makes figures of the two incomparable: processor, CPUs, kernel, what the load uses, the
  /// file system, slices against whole windows. Each a sentence with both values.
  std::vector<std::string> grave;
  /// What the reader should know: likewise.
  std::vector<std::string> slight;
  /// The names of facts that could not be checked, since one of the two or, of what would be grave,
  /// neither says them.
  std::vector<std::string> unchecked;
};

/// Of run.json and of the rows that both have. Printable.
RunDifferences differences(const ComparedRun& base, const ComparedRun& head);

/// Of one trial against another of the same row: how they were measured, and what `backend` says
/// that it really used. Nothing is unchecked.
RunDifferences row_differences(const std::string& backend, const Measurement& base,
                               const Measurement& head);

/// What to tell of differences with something unchecked.
std::string unchecked_sentence(const RunDifferences& differences);

/// Of two runs without a common row: what tells the two rows apart that are nearest to each other.
std::string why_nothing_in_common(const ComparedRun& base, const ComparedRun& head);

}  // namespace ringside
