// Completion of the command line in bash.
#pragma once

#include <string>

#include "harness/manual/described_command.hpp"

namespace ringside {

/// A script for bash to source, which completes `app`: its subcommands, their flags, the words that
/// are known of values, and paths. It needs no other script.
std::string bash_completion(const DescribedCommand& app);

}  // namespace ringside
