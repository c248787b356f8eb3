#include "harness/load/shards.hpp"

namespace ringside {

WindowResult merge_parts(std::span<const WindowResult> parts) {
  WindowResult whole = parts.front();
  for (const WindowResult& part : parts.subspan(1)) {
    whole.ops += part.ops;
    whole.bytes += part.bytes;
    whole.all_ops += part.all_ops;
    whole.elapsed += part.elapsed;
    whole.load_cpu += part.load_cpu;
    whole.busiest_load_cpu = std::max(whole.busiest_load_cpu, part.busiest_load_cpu);
  }
  // Each passes the edges at its next answer: the windows differ by microseconds.
  whole.elapsed /= static_cast<int>(parts.size());
  return whole;
}

Fairness merge_fairness(const Fairness& one, const Fairness& other) noexcept {
  return {.least = std::min(one.least, other.least), .most = std::max(one.most, other.most)};
}

}  // namespace ringside
