#include "harness/load/shards.hpp"

#include <cstdint>

#include "base/remedy.hpp"

namespace ringside {

namespace {

using MaybeTime = std::optional<std::chrono::nanoseconds>;

/// None when one of them never came.
MaybeTime later(const MaybeTime& one, const MaybeTime& other) {
  return one && other ? std::max(one, other) : std::nullopt;
}

}  // namespace

std::size_t most_waiting() noexcept {
  constexpr std::uint64_t usual =
      128;  // less than the queue of any machine that is set up as usual
  // Half of it, because what is being served may stand in it still.
  const std::uint64_t queue = read_allowance().queue_length.value_or(2 * usual) / 2;
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(queue, 1, usual));
}

WindowResult merge_parts(std::span<const WindowResult> parts) {
  WindowResult whole = parts.front();
  for (const WindowResult& part : parts.subspan(1)) {
    whole.ops += part.ops;
    whole.bytes += part.bytes;
    whole.all_ops += part.all_ops;
    whole.elapsed += part.elapsed;
    whole.load_cpu += part.load_cpu;
    whole.busiest_load_cpu = std::max(whole.busiest_load_cpu, part.busiest_load_cpu);
    if (whole.backend_cpu && part.backend_cpu) *whole.backend_cpu += *part.backend_cpu;
    whole.work += part.work;
    whole.first_half_work += part.first_half_work;
    whole.first_half += part.first_half;
    whole.begun.started += part.begun.started;
    whole.begun.ended_inside += part.begun.ended_inside;
    whole.begun.ended_after += part.begun.ended_after;
    whole.begun.failed += part.begun.failed;
    whole.response += part.response;
    whole.idle += part.idle;
    whole.settling = later(whole.settling, part.settling);
    whole.unsettled = std::max(whole.unsettled, part.unsettled);
  }
  // Each passes the edges at its next answer: the windows differ by microseconds.
  whole.elapsed /= static_cast<int>(parts.size());
  if (whole.backend_cpu) *whole.backend_cpu /= static_cast<int>(parts.size());
  whole.first_half /= static_cast<int>(parts.size());
  return whole;
}

void merge_figures(LoadFigures& whole, const LoadFigures& part) {
  whole.latency.merge(part.latency);
  for (const auto& [name, histogram] : part.times) whole.times[name].merge(histogram);
  whole.fairness = Fairness{.least = std::min(whole.fairness->least, part.fairness->least),
                            .most = std::max(whole.fairness->most, part.fairness->most)};
}

}  // namespace ringside
