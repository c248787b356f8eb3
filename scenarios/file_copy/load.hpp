// The file_copy scenario's load: hands every backend of a round passes to copy, and looks at what
// came of them.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/load/load.hpp"
#include "harness/measure/memory.hpp"
#include "scenarios/file_copy/data_folder.hpp"
#include "scenarios/file_copy/data_set.hpp"
#include "scenarios/file_copy/params.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

/// Everything on the disk, for all rounds of a run.
class FileCopyData final : public Keepsake {
 public:
  explicit FileCopyData(const std::filesystem::path& parent) : folder_(parent) {}

  /// The files of these parameters, for so many targets; made when they are asked for first. Throws
  /// as DataSet::prepare does.
  DataSet& files_for(const FileCopyParams& params, std::size_t targets, std::uint64_t seed,
                     const StopSignal& interrupt);

  const std::filesystem::path& folder() const noexcept { return folder_.path(); }

 private:
  DataFolder folder_;
  std::map<std::string, DataSet> sets_;
};

/// Waits while a cell copies, on no CPU of its own. A window is as many whole passes as begin in
/// its measured part, and at least one; its time is that of the passes alone. After the window
/// every destination of the last pass is compared with its source. See Load.
class FileCopyLoad final : public Load {
 public:
  /// Makes the files unless an earlier round has left them. Throws as DataSet::prepare does, and
  /// Unavailable where O_DIRECT is refused.
  FileCopyLoad(const FileCopyParams& params, const LoadEnvironment& environment);

  Json cell_setup(std::size_t target) override;
  void connect(std::size_t target, const Target& reached) override;
  WindowResult run_window(std::size_t target, const WindowSpec& spec) override;
  void disconnect(std::size_t target) noexcept override;
  LoadFigures figures(std::size_t target) const override;
  void forget_figures(std::size_t target) override;

 private:
  struct Side {
    std::function<Json(Json order, std::chrono::milliseconds limit)> ask;
    Histogram latency;
    std::uint64_t passes = 0;  // measured ones since figures were forgotten last, as the others are
    std::chrono::nanoseconds fsync{};
    std::uint64_t read_bytes = 0;                   // in the measured passes
    std::optional<std::uint64_t> device_bytes = 0;  // of those; none where the cell does not say
    bool in_memory = false;
  };

  /// What one pass took.
  struct Pass {
    std::size_t source = 0;  ///< which of the two
    std::chrono::nanoseconds elapsed{};
    std::chrono::nanoseconds cpu{};
    std::chrono::nanoseconds fsync{};
    Histogram latency;
    std::chrono::nanoseconds response{};        ///< all of them added up
    bool in_memory = false;                     ///< nothing was written to any file
    std::optional<std::uint64_t> device_bytes;  ///< read from a device, not from the page cache
  };

  Pass run_pass(std::size_t target);
  std::uint64_t warm_up(std::size_t target, std::chrono::nanoseconds least);
  void add(Side& side, const Pass& pass) const;
  std::string page_cache_caveat(const Side& side) const;
  void remove_destinations(std::size_t target) const;
  std::chrono::nanoseconds sync_destinations(std::size_t target) const;
  FileCopyData& data(const LoadEnvironment& environment) const;

  FileCopyParams params_;
  ThreadTeam& team_;
  const StopSignal& interrupt_;
  std::filesystem::path directory_;
  std::uint64_t round_bytes_ = 0;  // of all files that the targets go round in
  Measured<MemoryRoom> memory_;    // before they were made
  DataSet* files_;                 // owned by what is kept, which outlives the load
  std::vector<Side> sides_;
};

}  // namespace ringside
