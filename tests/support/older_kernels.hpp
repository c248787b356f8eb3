// Backends as they are on older kernels: the fallbacks that a new kernel never takes by itself.
#pragma once

#include <span>

#include "backends/backend.hpp"

namespace ringside::test {

/// Rows for the conformance tests, beside those of backends(): the io_uring servers with the
/// features of Linux 6.0 and of 5.19 only. Empty where io_uring is not in this build.
std::span<const Backend> backends_of_older_kernels();

}  // namespace ringside::test
