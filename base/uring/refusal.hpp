// Why io_uring cannot be had on a machine, in words the user can act on.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace ringside::uring {

/// The cause and the mend for `code`, a positive errno value with which the kernel, or what stands
/// before it, answered `operation` while a ring was being set up.
Error refusal(std::string_view operation, int code);

/// For kernels before 5.12: their workers are threads of the kernel, so that CPU time and context
/// switches counted for this process would leave them out.
Error workers_outside_process();

}  // namespace ringside::uring
