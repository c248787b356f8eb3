// The io_uring echo cell, for whoever wants less than the newest kernel's features.
#pragma once

#include <span>

#include "uring/ring.hpp"

namespace ringside {
struct EchoTask;
}

namespace ringside::io_uring {

/// Echo as an older kernel would have it: only the generations in `allowed` are tried.
void echo_with(const EchoTask& task, std::span<const uring::Generation> allowed);

}  // namespace ringside::io_uring
