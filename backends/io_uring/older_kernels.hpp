// The servers of this backend for whoever wants less than the newest kernel's features: tests of
// what they fall back to.
#pragma once

#include <span>

#include "base/uring/ring.hpp"

namespace ringside {
struct EchoTask;
struct FanOutTask;
}  // namespace ringside

namespace ringside::io_uring {

/// The cells as they are on older kernels: only the generations in `allowed` are tried.
void echo_with(const EchoTask& task, std::span<const uring::Generation> allowed);
void fan_out_with(const FanOutTask& task, std::span<const uring::Generation> allowed);

}  // namespace ringside::io_uring
