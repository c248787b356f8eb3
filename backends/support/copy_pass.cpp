#include "backends/support/copy_pass.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/remedy.hpp"
#include "base/stop_signal.hpp"

namespace ringside {

namespace {

UniqueFd opened(const std::string& path, int flags, OpenFile open) {
  int fd = -1;
  do {
    fd = open(path.c_str(), flags);
  } while (fd < 0 && errno == EINTR);  // from file systems that ask another program
  if (fd < 0) throw_errno(fmt::format("open {}", path), errno, remedy(Need::path, errno));
  return UniqueFd(fd);
}

[[noreturn]] void throw_shrunk(const FilePair& file) {
  struct stat now {};
  check(::fstat(file.source(), &now), "the size of a source (fstat)");
  throw Error(fmt::format("source {} ended at byte {} of {}", file.names().source, now.st_size,
                          file.names().bytes),
              "leave the sources alone while they are copied");
}

// Bytes of a result, 0 where the call is to be made again.
std::size_t checked(std::string_view operation, const std::string& path, std::uint64_t offset,
                    ssize_t result) {
  if (result >= 0) return static_cast<std::size_t>(result);
  const int code = static_cast<int>(-result);
  if (code == EINTR || code == EAGAIN) return 0;
  throw_errno(fmt::format("{} {} at byte {}", operation, path, offset), code,
              remedy(Need::data, code));
}

}  // namespace

// An empty file has one block, of no bytes.
FilePair::FilePair(const FileToCopy& names, std::size_t block_bytes)
    : names_(names),
      blocks_left_(std::max<std::uint64_t>((names.bytes + block_bytes - 1) / block_bytes, 1)) {}

CopyPass::CopyPass(const FileCopyTask& task, std::span<const FileToCopy> manifest)
    : task_(task), untaken_(manifest) {}

std::optional<Block> CopyPass::take() {
  const std::scoped_lock lock(mutex_);
  if (failure_ || task_.stop.raised()) return std::nullopt;
  if (!current_) {
    if (untaken_.empty()) return std::nullopt;
    current_ = std::make_shared<FilePair>(untaken_.front(), task_.block_bytes);
    untaken_ = untaken_.subspan(1);
    offset_ = 0;
  }
  const std::uint64_t left = current_->names().bytes - offset_;
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left, task_.block_bytes));
  Block block{.file = current_, .offset = offset_, .bytes = bytes};
  offset_ += bytes;
  if (bytes == left) current_.reset();
  return block;
}

void CopyPass::begin(Block& block, OpenFile open) {
  FilePair& file = *block.file;
  {
    const std::scoped_lock lock(file.opening_);
    // By the destination, which is the last: where it cannot be opened, nobody may go on without.
    if (!file.destination_) {
      file.begun_ = FileCopyTask::Clock::now();
      file.source_ = opened(file.names().source, task_.source_flags, open);
      file.destination_ = opened(file.names().destination, task_.destination_flags, open);
    }
  }
  block.begun = FileCopyTask::Clock::now();
}

void CopyPass::finish(Block& block, CloseFile close) {
  FilePair& file = *block.file;
  if (block.bytes > 0) task_.block_copied(block.begun);
  // Whoever is last sees all that the others have done with the files.
  if (file.blocks_left_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  close(file.source_.release());
  if (close(file.destination_.release()) < 0 && errno != EINTR) {
    throw_errno(fmt::format("close {}", file.names().destination), errno,
                remedy(Need::data, errno));
  }
  task_.file_copied(file.begun_);
}

void CopyPass::fail() noexcept {
  const std::scoped_lock lock(mutex_);
  if (!failure_) failure_ = std::current_exception();
}

void CopyPass::rethrow_failure() {
  const std::scoped_lock lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

std::size_t bytes_read(const Block& block, std::size_t done, ssize_t result) {
  if (result == 0) throw_shrunk(*block.file);
  return checked("read", block.file->names().source, block.offset + done, result);
}

std::size_t bytes_written(const Block& block, std::size_t done, ssize_t result) {
  // Nothing written, and no reason why: asking again for ever would not make it true.
  const ssize_t judged = result == 0 ? -EIO : result;
  return checked("write", block.file->names().destination, block.offset + done, judged);
}

}  // namespace ringside
