// The command line over a table of backends: of this build, or of a test.
#pragma once

#include <span>

namespace ringside {

struct Backend;
struct Scenario;

/// Parses the arguments, runs the subcommand and returns the exit status of exit_status.hpp.
int run_app(int argc, char** argv, std::span<const Backend> backends,
            std::span<const Scenario> scenarios);

}  // namespace ringside
