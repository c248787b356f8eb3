#include "scenarios/file_copy/compare.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/remedy.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/load.hpp"
#include "harness/load/team.hpp"
#include "scenarios/file_copy/aligned_buffer.hpp"
#include "scenarios/file_copy/files.hpp"

namespace ringside {

namespace {

namespace fs = std::filesystem;

// Two of these lie in the second-level cache of any usual CPU: the bytes are compared where they
// have just been read. A multiple of direct_alignment.
constexpr std::size_t compared_at_once = std::size_t{128} << 10;

TargetFailure wrong(const std::string& what) {
  return TargetFailure(TargetFailure::Kind::wrong_data, what);
}

/// A source and its copy, both open.
class Pair {
 public:
  Pair(const FileCopyParams& params, const fs::path& source, const fs::path& destination)
      : source_path_(source),
        destination_path_(destination),
        source_(open_file(source, source_flags(params))),
        destination_(open_copy(destination, source_flags(params))) {
    check_length(params.set.file_bytes);
  }

  void compare(std::uint64_t offset, std::span<std::byte> left, std::span<std::byte> right) const {
    if (read_at(source_, source_path_, offset, left) < left.size()) {
      throw Error(fmt::format("source {} is shorter than it was made", source_path_.string()),
                  "leave the files of a run alone while it goes on");
    }
    const std::size_t got = read_at(destination_, destination_path_, offset, right);
    // memcmp is many times as fast as a search for the place, which only a difference needs.
    if (got == left.size() && std::memcmp(left.data(), right.data(), got) == 0) return;
    const auto [differs, in_copy] = std::mismatch(left.begin(), left.end(), right.begin());
    const auto same = static_cast<std::size_t>(differs - left.begin());
    throw wrong(fmt::format("{} differs from {} at byte {}", destination_path_.string(),
                            source_path_.string(), offset + std::min(same, got)));
  }

 private:
  static UniqueFd open_copy(const fs::path& path, int flags) {
    UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC));
    if (file) return file;
    if (errno == ENOENT) throw wrong(fmt::format("{} was not made", path.string()));
    throw_errno(fmt::format("cannot open {}", path.string()), errno, remedy(Need::path, errno));
  }

  void check_length(std::uint64_t wanted) const {
    struct stat facts {};
    check(::fstat(destination_.get(), &facts), "the size of a copy (fstat)");
    const auto length = static_cast<std::uint64_t>(facts.st_size);
    if (length == wanted) return;
    throw wrong(fmt::format("{} has {} bytes instead of {}: it differs at byte {}",
                            destination_path_.string(), length, wanted, std::min(length, wanted)));
  }

  fs::path source_path_, destination_path_;
  UniqueFd source_, destination_;
};

}  // namespace

void compare_copies(const FileCopyParams& params, const fs::path& source,
                    const fs::path& destination, ThreadTeam& team, const StopSignal& interrupt) {
  const std::uint64_t file_bytes = params.set.file_bytes;
  const std::uint64_t pieces_in_file = (file_bytes + compared_at_once - 1) / compared_at_once;
  const std::uint64_t pieces = params.set.files * pieces_in_file;
  std::atomic<std::uint64_t> next = 0;
  team.run([&](std::size_t) {
    const AlignedBuffer left(compared_at_once), right(compared_at_once);
    std::optional<Pair> open;
    std::uint64_t open_file = pieces;  // none
    for (std::uint64_t piece = next++; piece < pieces; piece = next++) {
      if (interrupt.raised()) throw Interrupted();
      const std::uint64_t file = piece / pieces_in_file;
      if (file != open_file) {
        const std::string name = file_name(file);
        open.emplace(params, source / name, destination / name);
        open_file = file;
      }
      const std::uint64_t offset = piece % pieces_in_file * compared_at_once;
      const auto bytes =
          static_cast<std::size_t>(std::min<std::uint64_t>(file_bytes - offset, compared_at_once));
      open->compare(offset, left.span().first(bytes), right.span().first(bytes));
    }
  });
}

}  // namespace ringside
