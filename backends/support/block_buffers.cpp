#include "backends/support/block_buffers.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ringside {

namespace {

// Whole pages are what the kernel pins for registered buffers.
constexpr std::size_t page_bytes = 4096;

}  // namespace

BlockBuffers::BlockBuffers(std::size_t count, std::size_t bytes, std::size_t alignment)
    : count_(count), bytes_(bytes), stride_(0) {
  const std::size_t aligned = std::max(alignment, page_bytes);
  assert(std::has_single_bit(aligned) && count > 0 && bytes > 0);
  stride_ = (bytes + aligned - 1) / aligned * aligned;
  if (count <= std::numeric_limits<std::size_t>::max() / stride_) {
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(aligned, count * stride_)));
  }
  if (!memory_) {
    throw Error(fmt::format("no memory for {} blocks of {} bytes", count, bytes),
                "lower --depth or --block");
  }
}

}  // namespace ringside
