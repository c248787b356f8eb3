#include "tests/support/fake_file_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "backends/tasks/file_copy.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/stop_signal.hpp"

namespace ringside::test {

namespace {

void copy_file(const FileCopyTask& task, const FileToCopy& file, std::span<std::byte> buffer,
               const std::function<bool(std::span<std::byte>)>& before_write) {
  const auto file_begun = FileCopyTask::Clock::now();
  const UniqueFd source(
      check(::open(file.source.c_str(), task.source_flags), "open " + file.source));
  const UniqueFd destination(check(::open(file.destination.c_str(), task.destination_flags, 0600),
                                   "open " + file.destination));
  for (std::uint64_t offset = 0; offset < file.bytes; offset += task.block_bytes) {
    if (task.stop.raised()) return;
    const auto begun = FileCopyTask::Clock::now();
    const auto block = buffer.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(file.bytes - offset, buffer.size())));
    const auto at = static_cast<off_t>(offset);
    const auto wanted = static_cast<ssize_t>(block.size());
    if (::pread(source.get(), block.data(), block.size(), at) != wanted) {
      throw Error(fmt::format("source {} ended before byte {}", file.source, file.bytes));
    }
    if (before_write(block) && check(::pwrite(destination.get(), block.data(), block.size(), at),
                                     "write " + file.destination) != wanted) {
      throw Error("a short write to " + file.destination);
    }
    task.block_copied(begun);
  }
  task.file_copied(file_begun);
}

}  // namespace

void fake_file_copy(const FileCopyTask& task, const BeforeWrite& before_write) {
  std::vector<std::byte> memory(task.block_bytes + task.buffer_alignment);
  void* start = memory.data();
  std::size_t room = memory.size();
  std::align(task.buffer_alignment, task.block_bytes, start, room);
  const std::span buffer(static_cast<std::byte*>(start), task.block_bytes);
  std::size_t pass = 1;
  for (auto files = task.next_pass(); !files.empty(); files = task.next_pass(), ++pass) {
    for (const FileToCopy& file : files) {
      if (task.stop.raised()) break;
      copy_file(task, file, buffer,
                [&](std::span<std::byte> block) { return before_write(pass, block); });
    }
  }
}

}  // namespace ringside::test
