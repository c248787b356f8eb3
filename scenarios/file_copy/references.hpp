// What a user would otherwise do, and the bound: measured beside the backends, and none of them.
#pragma once

#include <span>

#include "backends/backend.hpp"

namespace ringside {

/// Programs with a file_copy cell:
/// - "copy_file_range": one thread that has the kernel copy, block by block;
/// - "memory_copy": one thread that copies as many bytes, in blocks as large, between two buffers.
std::span<const Backend> file_copy_references();

/// Whether this is the one that writes to no file.
bool copies_in_memory(const Backend& program) noexcept;

}  // namespace ringside
