// The cell's side of file_copy: passes to copy, each under a clock, as the load orders them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "backends/tasks/file_copy.hpp"
#include "base/histogram.hpp"
#include "scenarios/file_copy/params.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

/// Takes the load's orders for a cell and answers them with what the passes took. The words:
///
///   order  {"source": 0}                       which of the two sets of sources
///   done   {"elapsed_ns": …, "cpu_ns": …,      of the process, kernel workers included
///           "device_read_bytes": …,            what did not come from the page cache
///           "latencies": [[index, count], …],  see sparse()
///           "response_ns": …,                  their exact sum
///           "in_memory": false}                true: no file was written to, there is none to
///           check
///
/// An order that is under way when the cell must stop is not answered.
class CopyPasses {
 public:
  /// `environment` outlives this object; its setup is that of FileCopyLoad::cell_setup.
  /// `in_memory`: the cell writes to no file.
  CopyPasses(const FileCopyParams& params, const CellEnvironment& environment, bool in_memory);
  CopyPasses(const CopyPasses&) = delete;
  CopyPasses& operator=(const CopyPasses&) = delete;

  /// For the cell; this object outlives it.
  FileCopyTask task();

 private:
  std::span<const FileToCopy> next_pass();
  void record(FileCopyTask::Clock::time_point begun);
  void begin();
  void end();

  FileCopyParams params_;
  const CellEnvironment& environment_;
  bool in_memory_;
  std::array<std::vector<FileToCopy>, 2> manifests_;
  bool ready_ = false;
  bool under_way_ = false;
  FileCopyTask::Clock::time_point begun_;
  std::uint64_t device_before_ = 0;
  std::chrono::nanoseconds cpu_before_{};
  std::mutex recording_;  // guards what follows: the cell may report from any thread
  Histogram latency_;     // of this pass
  std::chrono::nanoseconds response_{};
};

/// The counts of a histogram that are not 0, with their place in Histogram::counts.
Json sparse(const Histogram& histogram);

/// The histogram again; exact but for min, max and mean, which are those of its buckets. Throws
/// Error for anything else than what sparse() gives.
Histogram histogram_from_sparse(const Json& counts);

}  // namespace ringside
