// Ctrl-C, SIGTERM and a terminal that is closed as a StopSignal.
#pragma once

namespace ringside {

class StopSignal;

/// From now on SIGINT, SIGTERM and SIGHUP raise `stop`, which must outlive the process's last
/// signal. A second one ends the process at once, for a user who does not want to wait. Under
/// nohup(1) SIGHUP stays ignored.
void raise_on_signals(const StopSignal& stop);

}  // namespace ringside
