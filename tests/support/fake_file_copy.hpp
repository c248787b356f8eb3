// The file copier beneath the fake backends.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace ringside {
struct FileCopyTask;
}

namespace ringside::test {

/// Called with the number of a pass, from 1, and the bytes of a block, which it may change, before
/// they are written. Returns whether they are.
using BeforeWrite = std::function<bool(std::size_t pass, std::span<std::byte> bytes)>;

/// A file_copy cell with one thread that calls `before_write` for every block. Throws Error.
void fake_file_copy(const FileCopyTask& task, const BeforeWrite& before_write);

}  // namespace ringside::test
