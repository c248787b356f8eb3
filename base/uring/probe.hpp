// Whether io_uring can be had here at all.
#pragma once

namespace ringside::uring {

/// Sets up a small ring with a buffer ring and uses it, the only way to know, in a child process:
/// there are filters that kill whoever tries. Throws Error that says why it cannot be had and how
/// to mend it. To be called before there are threads, see try_in_child.
void probe();

}  // namespace ringside::uring
