// The middle tier beneath the fake backends.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace ringside {
struct FanOutTask;
}

namespace ringside::test {

/// Called with the number of an answer, from 1, and its bytes, which it may change. Returns whether
/// it is sent. Called from any thread of the cell.
using BeforeAnswer = std::function<bool(std::size_t number, std::span<std::byte> answer)>;

/// A plain fan_out cell, a thread for each parent connection, that calls `before_answer` with every
/// answer. Throws Error.
void fake_fan_out(const FanOutTask& task, const BeforeAnswer& before_answer);

}  // namespace ringside::test
