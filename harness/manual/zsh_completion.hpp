// Completion of the command line in zsh.
#pragma once

#include <string>

#include "harness/manual/described_command.hpp"

namespace ringside {

/// A file for a folder of zsh's $fpath, under the name of `app` with an underscore before it: what
/// bash_completion() completes, with what each thing is for beside it.
std::string zsh_completion(const DescribedCommand& app);

}  // namespace ringside
