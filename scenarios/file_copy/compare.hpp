// Whether what was copied is what should have been copied.
#pragma once

#include <filesystem>

#include "scenarios/file_copy/params.hpp"

namespace ringside {

class StopSignal;
class ThreadTeam;

/// Compares every file in `destination` with its source: its length, and every byte. Throws
/// TargetFailure (wrong_data) that names the file and the offset of the first difference in it,
/// Error when a source cannot be read or has become shorter, and Interrupted when `interrupt` is
/// raised. Reads with O_DIRECT where the copy was made so: what a cached reading would leave in the
/// page cache would have to be thrown out in the next pass, inside its clock.
void compare_copies(const FileCopyParams& params, const std::filesystem::path& source,
                    const std::filesystem::path& destination, ThreadTeam& team,
                    const StopSignal& interrupt);

}  // namespace ringside
