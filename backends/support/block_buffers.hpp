// The memory through which blocks are copied.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>

namespace ringside {

/// Buffers of one size in one allocation, each aligned as asked for and to a page; on huge pages
/// where the kernel grants them, whatever their number, so that all cells have the same. Move-only.
class BlockBuffers {
 public:
  /// Throws Error when there is not so much memory.
  BlockBuffers(std::size_t count, std::size_t bytes, std::size_t alignment);

  std::size_t count() const noexcept { return count_; }
  std::span<std::byte> operator[](std::size_t i) const noexcept {
    return {memory_.get() + i * stride_, bytes_};
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const noexcept { std::free(memory); }
  };

  std::size_t count_, bytes_, stride_;
  std::unique_ptr<std::byte, Free> memory_;
};

}  // namespace ringside
