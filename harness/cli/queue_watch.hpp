// Saying why clients wait, where nobody else would.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <thread>

namespace ringside {

/// Looks about once a second, on a thread of its own, whether connections wait to be accepted that
/// waited a second ago already, and tells why: once each time they begin to. Cells pause without a
/// word when descriptors or threads run out, as servers do.
class QueueWatch {
 public:
  /// Listening sockets of this process, which outlive this. `tell` gets one sentence, without a
  /// line end, on the watching thread. Without a thread to spare nobody watches.
  QueueWatch(std::span<const int> listeners, std::function<void(const std::string& said)> tell);

 private:
  std::jthread thread_;
};

}  // namespace ringside
