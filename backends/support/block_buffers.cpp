#include "backends/support/block_buffers.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

constexpr std::size_t page_bytes = 4096;
// Direct I/O and io_uring's registered buffers work page by page: with large ones, direct copies of
// 256 KiB blocks took a third less time.
constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

constexpr std::size_t round_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

BlockBuffers::BlockBuffers(std::size_t count, std::size_t bytes, std::size_t alignment)
    : count_(count), bytes_(bytes), stride_(round_up(bytes, std::max(alignment, page_bytes))) {
  assert(std::has_single_bit(alignment) && alignment <= huge_page_bytes && count > 0 && bytes > 0);
  std::size_t total = 0;
  if (!__builtin_mul_overflow(count, stride_, &total)) {
    total = round_up(total, huge_page_bytes);
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(huge_page_bytes, total)));
  }
  if (!memory_) {
    throw Error(fmt::format("no memory for {} blocks of {} bytes", count, bytes),
                "lower --depth or --block");
  }
  // A wish: where it is refused, small pages do.
  ::madvise(memory_.get(), total, MADV_HUGEPAGE);
}

}  // namespace ringside
