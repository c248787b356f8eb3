// Files to copy, in a folder that goes away, and the check that they were copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backends/tasks/file_copy.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

/// Where a folder is made: under TEST_TMPDIR, TMPDIR or /tmp; or in memory where there is such a
/// file system, for the thousands of files that some disks take many seconds for.
enum class Storage { any, memory };

/// A folder of its own, removed with all that is in it. Throws Error when it cannot be made.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(Storage storage = Storage::any);
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// Writes a whole file, in place of what it held. Throws Error.
void write_file(const std::string& path, std::span<const std::byte> bytes);

/// Throws Error.
Bytes read_file(const std::string& path);

/// A source of random bytes in `folder`, and where it is to be copied to; the seed names both.
FileToCopy make_source(const std::string& folder, std::uint64_t bytes, std::uint64_t seed);

/// A source for each of `sizes`, seeded from `first_seed` up.
std::vector<FileToCopy> make_sources(const std::string& folder,
                                     std::span<const std::uint64_t> sizes,
                                     std::uint64_t first_seed = 0);

/// Throws Error that names file and offset when a destination does not hold what its source does.
void check_copied(std::span<const FileToCopy> manifest);

/// How many descriptors of this process are open on files below `folder`.
std::size_t open_below(const std::string& folder);

}  // namespace ringside::test
