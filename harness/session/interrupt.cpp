#include "harness/session/interrupt.hpp"

#include <csignal>

#include "base/stop_signal.hpp"

namespace ringside {

namespace {

// A signal handler can only reach what has static storage; set before the handlers are installed.
const StopSignal* raised_by_signals = nullptr;

}  // namespace

void raise_on_signals(const StopSignal& stop) {
  raised_by_signals = &stop;
  struct sigaction action {};
  action.sa_handler = [](int) { raised_by_signals->raise(); };
  // RESETHAND gives the second signal its default meaning back.
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    const bool is_nohup = signal == SIGHUP && before.sa_handler == SIG_IGN;
    if (!is_nohup) ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace ringside
