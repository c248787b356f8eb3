// Trying something that this process might not survive.
#pragma once

#include <functional>
#include <string_view>

namespace ringside {

/// Runs `attempt` in a child process, so that whoever kills it for trying (a seccomp filter, above
/// all) does not kill us, and returns when it has succeeded. What it throws as Error, or why the
/// child died, is thrown here as Error; `what` names it ("io_uring"). Waits ten seconds at most.
/// To be called before this process has threads that hold locks: the child has only the caller's.
void try_in_child(std::string_view what, const std::function<void()>& attempt);

}  // namespace ringside
