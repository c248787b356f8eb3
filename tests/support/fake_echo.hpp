// The echo server beneath the fake backends.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace ringside {
struct EchoTask;
}

namespace ringside::test {

/// Called with the number of a read, from 1, and the bytes read, which it may change. Returns
/// whether they are echoed. Called from any thread of the cell.
using AfterRead = std::function<bool(std::size_t number, std::span<std::byte> bytes)>;

/// An echo cell on poll(2) that calls `after_read` before it answers. Throws Error.
void fake_echo(const EchoTask& task, const AfterRead& after_read);

}  // namespace ringside::test
