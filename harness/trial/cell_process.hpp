// The cell's side: what the hidden subcommand `ringside cell` does.
#pragma once

#include <span>
#include <vector>

#include "base/fd.hpp"

namespace ringside {

struct Backend;
struct Scenario;

/// Speaks the words of control.hpp over `control` and runs the cell it is told to, until it is told
/// to stop or the harness is gone. Returns the exit status: 0 when the cell ran and stopped or
/// cannot run here, 1 when it failed. To be called once, in a process made for it.
int run_cell_process(UniqueFd control, std::vector<UniqueFd> listeners,
                     std::span<const Backend> backends, std::span<const Scenario> scenarios);

}  // namespace ringside
