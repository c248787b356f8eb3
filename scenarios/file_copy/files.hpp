// Making and reading the files of a data set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <span>
#include <string>

#include "base/fd.hpp"

namespace ringside {

class StopSignal;

/// The name of a file in its folder, the same in sources and destinations: "000017".
std::string file_name(std::size_t number);

/// Opens a file with `flags` and O_CLOEXEC, mode 0600. Throws Error with a mend.
UniqueFd open_file(const std::filesystem::path& path, int flags);

/// Reads until `into` is full or the file ends; returns the bytes read. Throws Error.
std::size_t read_at(const UniqueFd& file, const std::filesystem::path& path, std::uint64_t offset,
                    std::span<std::byte> into);

/// Makes files of random bytes: the same ones for the same seed, and none like the one before.
class RandomFiles {
 public:
  explicit RandomFiles(std::uint64_t seed) : random_(seed) {}

  /// Makes a file, over one that is there. `direct`: with O_DIRECT, so that nothing of it is in the
  /// page cache; the length must then be a multiple of direct_alignment. Throws Error, and
  /// Interrupted when `interrupt` is raised.
  void make(const std::filesystem::path& path, std::uint64_t bytes, bool direct,
            const StopSignal& interrupt);

 private:
  std::mt19937_64 random_;
};

}  // namespace ringside
