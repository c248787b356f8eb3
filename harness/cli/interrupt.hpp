// Ctrl-C and SIGTERM as a StopSignal.
#pragma once

namespace ringside {

class StopSignal;

/// From now on SIGINT and SIGTERM raise `stop`, which must outlive the process's last signal. A
/// second one ends the process at once, for a user who does not want to wait.
void raise_on_signals(const StopSignal& stop);

}  // namespace ringside
