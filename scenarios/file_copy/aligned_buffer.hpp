// Memory that O_DIRECT takes.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

#include "scenarios/file_copy/params.hpp"

namespace ringside {

/// Owns so many bytes, aligned to direct_alignment; their content is arbitrary at first. Move-only.
class AlignedBuffer {
 public:
  explicit AlignedBuffer(std::size_t bytes)
      : bytes_(static_cast<std::byte*>(::operator new(bytes, alignment))), size_(bytes) {}

  std::span<std::byte> span() const noexcept { return {bytes_.get(), size_}; }

 private:
  static constexpr std::align_val_t alignment{direct_alignment};
  struct Delete {
    void operator()(std::byte* bytes) const noexcept { ::operator delete(bytes, alignment); }
  };

  std::unique_ptr<std::byte, Delete> bytes_;
  std::size_t size_;
};

}  // namespace ringside
