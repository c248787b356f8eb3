#include "harness/trial/measured_cpu.hpp"

namespace ringside {

double measured_cpu_per_op(const WorkDone& whole, const WorkDone& edges) noexcept {
  if (whole.ops == 0) return 0;
  const auto per_op = [](std::chrono::nanoseconds cpu, std::uint64_t ops) {
    return static_cast<double>(cpu.count()) / static_cast<double>(ops);
  };
  const bool enough_left = whole.ops >= 2 * edges.ops && whole.cpu > edges.cpu;
  return enough_left ? per_op(whole.cpu - edges.cpu, whole.ops - edges.ops)
                     : per_op(whole.cpu, whole.ops);
}

}  // namespace ringside
