// Standard input, output and error: there, and written to without anything depending on it.
#pragma once

#include <string_view>

namespace ringside {

/// Writes all of `text`, however many calls that takes; waits where the descriptor is one that does
/// not block, as standard streams shared with other programs may be. Returns 0, or the errno value
/// of the call that failed.
int write_all(int fd, std::string_view text) noexcept;

/// Prints `text` on standard error, for a person. Where it cannot be written (the reader has gone,
/// the disk is full) it is lost: what a command does and how it ends never depends on it.
void tell(std::string_view text) noexcept;

/// Takes the places of those of the descriptors 0, 1 and 2 that are closed, so that no file of
/// results is opened there and gets what was meant for a person. Writing to them still fails. To be
/// called before anything is opened.
void occupy_standard_descriptors() noexcept;

}  // namespace ringside
