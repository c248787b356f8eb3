#include "harness/load/load.hpp"

namespace ringside {

std::chrono::nanoseconds share_of_measured(std::chrono::nanoseconds cpu,
                                           const WindowResult& window) noexcept {
  if (window.all_ops == 0) return std::chrono::nanoseconds(0);
  const double share = window.work / static_cast<double>(window.all_ops);
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(cpu.count()) * share));
}

}  // namespace ringside
