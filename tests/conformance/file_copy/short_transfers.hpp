// Reads and writes that do less than they were asked to.
#pragma once

#include <cstddef>

namespace ringside::test {

/// While one lives, pread(2) and pwrite(2) of this process, where they are called by name, move at
/// most half of what they are asked to, and every third fails with EINTR. At most one at a time.
class ShortTransfers {
 public:
  ShortTransfers();
  ShortTransfers(const ShortTransfers&) = delete;
  ShortTransfers& operator=(const ShortTransfers&) = delete;
  ~ShortTransfers();

  /// How many calls it has changed.
  std::size_t calls() const noexcept;
};

}  // namespace ringside::test
