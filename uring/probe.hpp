// Whether io_uring can be had here at all.
#pragma once

namespace ringside::uring {

/// Sets up a small ring with a buffer ring, the only way to know, and takes them down again. Throws
/// Error that says why they cannot be had and how to mend it.
void probe();

}  // namespace ringside::uring
