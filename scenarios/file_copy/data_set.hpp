// The files that are copied, and those that they are copied to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "scenarios/file_copy/params.hpp"

namespace ringside {

class StopSignal;

/// Two sets of sources with different content, and a set of destinations for every target of a
/// round. Passes take the sources in turn: a destination that nobody has written to differs from
/// what it should be. The files stay from round to round, so that what is measured is copying and
/// not the making of files and of memory; they go with the folder.
class DataSet {
 public:
  /// Makes nothing yet; `folder` is made when files are.
  DataSet(std::filesystem::path folder, const FileCopyParams& params, std::uint64_t seed);

  /// Before each round: makes what is missing for so many targets and has it written to the disk,
  /// so that no writing back of it runs beside what is measured, and deals out the destinations by
  /// `seed`. Where a file lies on the disk and in memory makes copying to it faster or slower, so
  /// no target may have the same one in every round. Throws Unavailable before anything is written
  /// when there is no room, Error, and Interrupted when `interrupt` is raised.
  void prepare(std::size_t targets, std::uint64_t seed, const StopSignal& interrupt);

  const std::filesystem::path& source(std::size_t which) const { return sources_[which]; }
  const std::filesystem::path& destination(std::size_t target) const {
    return destinations_[dealt_[target]].folder;
  }

  /// 0 or 1: what the next pass of this target copies; the other one at the next call.
  std::size_t take_source(std::size_t target);

 private:
  struct DestinationSet {
    std::filesystem::path folder;
    std::size_t next_source = 0;
  };

  void make_missing(std::size_t targets, const StopSignal& interrupt);
  void fill(const std::filesystem::path& folder, std::uint64_t number,
            const StopSignal& interrupt) const;
  void add_destination(const StopSignal& interrupt);
  bool destinations_stay() const noexcept { return params_.destination == Destination::in_place; }

  std::filesystem::path folder_;
  FileCopyParams params_;
  std::uint64_t seed_;
  std::array<std::filesystem::path, 2> sources_;
  bool sources_made_ = false;
  std::vector<DestinationSet> destinations_;
  std::vector<std::uint32_t> dealt_;  // to each target one of these
};

}  // namespace ringside
