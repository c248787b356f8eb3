// What a file_copy cell is given: files to copy, again and again, and nothing about who measures
// it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace ringside {

class StopSignal;

/// One file of a manifest. Sources do not change while they are copied; a cell that finds one
/// shorter than `bytes` throws Error.
struct FileToCopy {
  std::string source;       ///< path
  std::string destination;  ///< path; another file, also where the content is the same
  std::uint64_t bytes;      ///< of the source; may be 0
};

/// The work order of one file_copy cell. A pass copies a whole manifest once: opens every source
/// and destination, copies every byte, and closes them all. The cell sets up what it needs
/// (threads, rings, buffers) once, copies as many passes as next_pass gives, and returns. It throws
/// Error, naming file and offset, when it cannot start or go on. Everything here outlives the
/// cell's call.
struct FileCopyTask {
  static constexpr std::string_view scenario = "file_copy";

  using Clock = std::chrono::steady_clock;

  /// Bytes of one read and of the write that follows it; a file's last block may be shorter.
  std::size_t block_bytes;

  /// Blocks in flight at the same time, each with a buffer of its own, over all files.
  std::size_t depth;

  /// Threads that copy, for models that do it with blocking calls. A worker has one block in
  /// flight, so no more than `depth` of them are ever busy.
  std::size_t workers;

  /// What buffers must be aligned to, as O_DIRECT demands (open(2)).
  std::size_t buffer_alignment;

  /// For open(2) of sources and destinations. A destination opened so has or gets its right length
  /// by being written: no ftruncate is needed.
  int source_flags;
  int destination_flags;  ///< with mode 0600

  /// Waits for the next pass and returns its manifest, which lives until the next call; empty when
  /// the cell must return. The pass is over, for the clock too, when this is called again. Called
  /// from one thread only, whichever.
  std::function<std::span<const FileToCopy>()> next_pass;

  /// Report the moment at which a block's read or a file's open was begun when all of the block has
  /// been written, or when the file has been closed. May be called from any thread of the cell.
  std::function<void(Clock::time_point begun)> block_copied;
  std::function<void(Clock::time_point begun)> file_copied;

  /// Raised when the cell must leave off, also in the middle of a pass: close what is open and call
  /// next_pass, which is then empty.
  const StopSignal& stop;

  /// Records what was really used ("files" is "registered") for the results. May be called from any
  /// thread of the cell; a name recorded again keeps the last value.
  std::function<void(std::string_view name, std::string_view value)> effective;
};

}  // namespace ringside
