// How a run is done again.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace ringside {

/// What a reader needs to do a run again; printable already.
struct Repeat {
  std::string command;  ///< for a shell; empty when it is not known
  std::string setting;  ///< version, machine and date in one line
};

/// From the content of a run.json, of which any member may be missing. --output is left out of the
/// command, since a folder holds one run only.
Repeat how_to_repeat(const Json& run);

/// The words so that a shell takes them for what they are.
std::string shell_quoted(const std::vector<std::string>& words);

}  // namespace ringside
