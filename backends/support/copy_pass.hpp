// One pass of file_copy: which block comes next, which files are open, and what their failures
// mean. Opening, reading, writing and closing are the cells' own.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "backends/tasks/file_copy.hpp"
#include "base/fd.hpp"

namespace ringside {

/// Owns a source and its destination: open from CopyPass::begin of the first block to
/// CopyPass::finish of the last, or until the last block is dropped.
class FilePair {
 public:
  FilePair(const FileToCopy& names, std::size_t block_bytes);

  int source() const noexcept { return source_.get(); }
  int destination() const noexcept { return destination_.get(); }
  const FileToCopy& names() const noexcept { return names_; }

 private:
  friend class CopyPass;

  const FileToCopy& names_;
  FileCopyTask::Clock::time_point begun_;
  std::mutex opening_;  // guards the opening of both
  UniqueFd source_, destination_;
  std::atomic<std::uint64_t> blocks_left_;
};

/// A piece of a file, from taken to copied. It keeps its files open.
struct Block {
  std::shared_ptr<FilePair> file;
  std::uint64_t offset = 0;
  std::size_t bytes = 0;  ///< 0 for an empty file, which has to be opened and closed all the same
  FileCopyTask::Clock::time_point begun = {};
};

/// How a cell opens a file, sources and destinations alike, with the flags of its task; as open(2),
/// a descriptor, or -1 with errno set. Called again after EINTR.
using OpenFile = int (*)(const char* path, int flags);

/// How a cell closes one, as close(2). Never called again: the descriptor is gone in any case.
using CloseFile = int (*)(int file);

/// Hands out the blocks of a manifest in order. Safe from any thread. As only the files of blocks
/// that are under way are open, no more of them are than there are blocks.
class CopyPass {
 public:
  /// Both outlive the pass.
  CopyPass(const FileCopyTask& task, std::span<const FileToCopy> manifest);

  /// The next block; none when all are taken, when the stop signal is raised, and after fail().
  std::optional<Block> take();

  /// Has the block's files opened, unless that is done, and starts its clock. Call before the block
  /// is read. Throws Error that names the file.
  void begin(Block& block, OpenFile open);

  /// Reports a block that has been written, has its files closed after the last one, and reports
  /// these. Throws Error when closing brings a late failure of a write to light.
  void finish(Block& block, CloseFile close);

  /// Keeps the exception being handled, if it is the first, and ends the pass early: blocks under
  /// way may come to their end, further ones are not handed out. Call in a catch block.
  void fail() noexcept;

  /// Throws what fail() has kept. Call when no block is under way any more.
  void rethrow_failure();

 private:
  const FileCopyTask& task_;
  std::mutex mutex_;  // guards what follows
  std::span<const FileToCopy> untaken_;
  std::shared_ptr<FilePair> current_;  // has blocks that are not taken
  std::uint64_t offset_ = 0;           // in it
  std::exception_ptr failure_;
};

/// What a read or a write of `block` gave when `done` of its bytes had been moved before: the bytes
/// it moved, or a negated errno value. Returns the bytes: fewer than asked for when the rest is to
/// be asked for again, 0 after EINTR and EAGAIN. Throws Error that names file and offset, also when
/// the source has become shorter.
std::size_t bytes_read(const Block& block, std::size_t done, ssize_t result);
std::size_t bytes_written(const Block& block, std::size_t done, ssize_t result);

}  // namespace ringside
