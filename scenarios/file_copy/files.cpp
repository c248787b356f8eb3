#include "scenarios/file_copy/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/remedy.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"
#include "scenarios/file_copy/aligned_buffer.hpp"

namespace ringside {

namespace {

// Of one write: large enough that a system call costs nothing beside it.
constexpr std::size_t written_at_once = std::size_t{1} << 20;

void fill(std::span<std::byte> bytes, std::mt19937_64& random) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t word = random();
    std::memcpy(&bytes[at], &word, std::min(sizeof word, bytes.size() - at));
  }
}

void write_at(const UniqueFd& file, const std::filesystem::path& path, std::uint64_t offset,
              std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw_errno(fmt::format("cannot write {} at byte {}", path.string(), offset), errno,
                  remedy(Need::data, errno));
    }
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string file_name(std::size_t number) {
  return fmt::format("{:06}", number);
}

UniqueFd open_file(const std::filesystem::path& path, int flags) {
  UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file) {
    throw_errno(fmt::format("cannot open {}", path.string()), errno, remedy(Need::path, errno));
  }
  return file;
}

std::size_t read_at(const UniqueFd& file, const std::filesystem::path& path, std::uint64_t offset,
                    std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got =
        ::pread(file.get(), &into[done], into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      throw_errno(fmt::format("cannot read {}", path.string()), errno, remedy(Need::data, errno));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void RandomFiles::make(const std::filesystem::path& path, std::uint64_t bytes, bool direct,
                       const StopSignal& interrupt) {
  const UniqueFd file =
      open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | (direct ? O_DIRECT : 0));
  const AlignedBuffer buffer(
      static_cast<std::size_t>(std::min<std::uint64_t>(bytes, written_at_once)));
  for (std::uint64_t offset = 0; offset < bytes; offset += buffer.span().size()) {
    if (interrupt.raised()) throw Interrupted();
    const auto piece = buffer.span().first(
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes - offset, buffer.span().size())));
    fill(piece, random_);
    write_at(file, path, offset, piece);
  }
}

}  // namespace ringside
