#include "scenarios/file_copy/references.hpp"

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "backends/tasks/file_copy.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/remedy.hpp"
#include "base/stop_signal.hpp"
#include "harness/measure/memory.hpp"
#include "scenarios/file_copy/files.hpp"

namespace ringside {

namespace {

constexpr std::string_view memory_copy_name = "memory_copy";

// What memory_copy goes round in: beyond the caches of usual machines, and of any size of --files.
constexpr std::size_t memory_limit = std::size_t{64} << 20;

/// Calls `copy(offset, bytes)` for every block of a file and reports it.
template <typename Copy>
void for_each_block(const FileCopyTask& task, std::uint64_t file_bytes, const Copy& copy) {
  for (std::uint64_t offset = 0; offset < file_bytes; offset += task.block_bytes) {
    if (task.stop.raised()) return;
    const auto begun = FileCopyTask::Clock::now();
    copy(offset,
         static_cast<std::size_t>(std::min<std::uint64_t>(task.block_bytes, file_bytes - offset)));
    task.block_copied(begun);
  }
}

/// Both files are open: who refuses the call itself leaves the reference out, which is no failure
/// of the run.
[[noreturn]] void throw_not_copied(const FileToCopy& names, off64_t at, int code) {
  const std::string what = fmt::format("copy_file_range to {} at byte {}", names.destination, at);
  const std::string mend = remedy(Need::data, code);
  for (const int refused : {EPERM, EACCES, ENOSYS, EXDEV, EINVAL, EOPNOTSUPP}) {
    if (code == refused) {
      throw Unavailable(fmt::format("{}: {}", what, std::generic_category().message(code)), mend);
    }
  }
  throw_errno(what, code, mend);
}

void copy_range(const FileToCopy& names, int source, int destination, std::uint64_t offset,
                std::size_t bytes) {
  auto from = static_cast<off64_t>(offset), to = from;
  while (bytes > 0) {
    const ssize_t copied = ::copy_file_range(source, &from, destination, &to, bytes, 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) throw_not_copied(names, to, errno);
    if (copied == 0) {
      throw Error(fmt::format("source {} ended at byte {} of {}", names.source, from, names.bytes),
                  "leave the sources alone while they are copied");
    }
    bytes -= static_cast<std::size_t>(copied);
  }
}

void copy_file_range_cell(const FileCopyTask& task) {
  task.effective("copying", "in the kernel");
  for (auto manifest = task.next_pass(); !manifest.empty(); manifest = task.next_pass()) {
    for (const FileToCopy& names : manifest) {
      if (task.stop.raised()) break;
      const auto begun = FileCopyTask::Clock::now();
      UniqueFd source = open_file(names.source, task.source_flags);
      UniqueFd destination = open_file(names.destination, task.destination_flags);
      for_each_block(task, names.bytes, [&](std::uint64_t offset, std::size_t bytes) {
        copy_range(names, source.get(), destination.get(), offset, bytes);
      });
      source.reset();
      destination.reset();
      task.file_copied(begun);
    }
  }
}

/// Two buffers between which a manifest's bytes are copied, round and round where they are more.
class MemoryCopy {
 public:
  explicit MemoryCopy(const FileCopyTask& task) : task_(task) {}

  void run();

 private:
  void read_sources(std::span<const FileToCopy> manifest);
  void copy(std::size_t bytes);

  const FileCopyTask& task_;
  std::vector<std::byte> from_, to_;
  std::size_t at_ = 0;  // in both
  bool whole_ = false;  // a pass has come to its end: since then both are the same
};

void MemoryCopy::run() {
  task_.effective("copying", "between two buffers, no files");
  for (auto manifest = task_.next_pass(); !manifest.empty(); manifest = task_.next_pass()) {
    if (from_.empty()) read_sources(manifest);  // in the first pass, which no clock counts
    at_ = 0;
    for (const FileToCopy& file : manifest) {
      const auto begun = FileCopyTask::Clock::now();
      for_each_block(task_, file.bytes, [&](std::uint64_t, std::size_t bytes) { copy(bytes); });
      task_.file_copied(begun);
    }
    whole_ |= !task_.stop.raised();
  }
  if (whole_ && from_ != to_) throw Error("memory_copy: the buffers differ");
}

/// Whoever takes more than there is gets killed, and cannot say why.
void require_memory(std::uint64_t bytes) {
  const Measured<MemoryRoom> room = memory_room();
  if (!room || room->bytes >= bytes) return;
  constexpr std::uint64_t mebi = std::uint64_t{1} << 20;
  throw Unavailable(fmt::format("memory_copy needs {} MiB of memory, and {} MiB are free ({})",
                                (bytes + mebi - 1) / mebi, room->bytes / mebi, room->bound_by),
                    "raise memory.max of the control group, free memory, or copy smaller --files");
}

void MemoryCopy::read_sources(std::span<const FileToCopy> manifest) {
  std::uint64_t all = 0;
  for (const FileToCopy& file : manifest) all += file.bytes;
  require_memory(2 * std::min<std::uint64_t>(all, memory_limit));
  for (const FileToCopy& file : manifest) {
    const std::size_t had = from_.size();
    if (had == memory_limit) break;
    from_.resize(had +
                 static_cast<std::size_t>(std::min<std::uint64_t>(file.bytes, memory_limit - had)));
    const UniqueFd source = open_file(file.source, O_RDONLY | O_NOFOLLOW);
    read_at(source, file.source, 0, std::span(from_).subspan(had));
  }
  to_.resize(from_.size());
}

void MemoryCopy::copy(std::size_t bytes) {
  while (bytes > 0) {
    const std::size_t piece = std::min(bytes, from_.size() - at_);
    std::memcpy(&to_[at_], &from_[at_], piece);
    at_ = (at_ + piece) % from_.size();
    bytes -= piece;
  }
}

void memory_copy_cell(const FileCopyTask& task) {
  MemoryCopy(task).run();
}

std::string kernel_version() {
  utsname kernel{};
  ::uname(&kernel);
  return std::string("Linux ") + kernel.release;
}

Availability always() {
  return {};
}

}  // namespace

std::span<const Backend> file_copy_references() {
  static const auto table = std::to_array<Backend>({
      {.name = "copy_file_range",
       .summary = "the kernel copies, for one thread that asks block by block",
       .version = kernel_version,
       .available = always,
       .cells = {copy_file_range_cell}},
      {.name = memory_copy_name,
       .summary = "memcpy of as many bytes between two buffers: the bound for one thread",
       .version = kernel_version,
       .available = always,
       .cells = {memory_copy_cell}},
  });
  return table;
}

bool copies_in_memory(const Backend& program) noexcept {
  return program.name == memory_copy_name;
}

}  // namespace ringside
