// Backends that behave, or misbehave, in a way that is known beforehand: for tests of the harness.
#pragma once

#include <span>

#include "backends/backend.hpp"

namespace ringside::test {

/// In this order, with names as given here; every read counts over all loops of a cell:
/// - "steady" is a plain and correct echo server on poll(2), and a middle tier with a thread for
///   each client;
/// - "slow" burns 20 us of CPU at each read;
/// - "restless" echoes as "steady" does while another of its threads uses the CPU all the time;
/// - "wrong" flips the first byte of every 1000th read, and the last byte of every 500th answer of
///   a fan-out;
/// - "crash" aborts at its 200th read or answer;
/// - "mute" reads on but answers nothing from its 200th read or answer;
/// - "quits" throws an Error, with a mend, as soon as it is called;
/// - "absent" is not available, with reason and mend;
/// - "lazy" claims to copy files and writes nothing; it has no other cell.
/// As copiers of files, in which passes are what counts: "slow" burns 1 ms at each block, "wrong"
/// flips the last byte of each block from its 3rd pass, "crash" aborts and "mute" hangs in it.
std::span<const Backend> fake_backends();

/// The row of that name; asserts that there is one.
const Backend& fake_backend(std::string_view name);

}  // namespace ringside::test
