// What each answered message costs to record, and what a round costs to put together.
#include <chrono>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/histogram.hpp"
#include "harness/record/histogram_codec.hpp"

namespace ringside {
namespace {

using std::chrono::nanoseconds;

/// Latencies as an echo server has them: most close together, a long tail.
std::vector<nanoseconds> latencies(std::size_t count) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> nanos(12.5, 0.4);  // median 268 us
  std::vector<nanoseconds> all;
  while (all.size() < count) all.emplace_back(static_cast<std::int64_t>(nanos(random)));
  return all;
}

Histogram recorded(std::size_t count) {
  Histogram histogram;
  for (const nanoseconds latency : latencies(count)) histogram.record(latency);
  return histogram;
}

void HistogramRecord(benchmark::State& state) {
  constexpr std::size_t count = 4096;  // a power of two, so that taking the next one costs nothing
  const std::vector<nanoseconds> all = latencies(count);
  Histogram histogram;
  std::size_t next = 0;
  for (auto _ : state) histogram.record(all[next++ % count]);
  benchmark::DoNotOptimize(histogram.count());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(HistogramRecord);

void HistogramMerge(benchmark::State& state) {
  const Histogram part = recorded(100'000);
  Histogram whole;
  for (auto _ : state) {
    whole.merge(part);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(HistogramMerge);

void HistogramPercentile(benchmark::State& state) {
  const Histogram histogram = recorded(100'000);
  for (auto _ : state) benchmark::DoNotOptimize(histogram.at_percentile(99.9));
}
BENCHMARK(HistogramPercentile);

void HistogramEncode(benchmark::State& state) {
  const Histogram histogram = recorded(100'000);
  std::size_t bytes = 0;
  for (auto _ : state) bytes = encode_histogram(histogram).size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(HistogramEncode)->Unit(benchmark::kMicrosecond);

void HistogramDecode(benchmark::State& state) {
  const std::string text = encode_histogram(recorded(100'000));
  for (auto _ : state) benchmark::DoNotOptimize(decode_histogram(text).count());
}
BENCHMARK(HistogramDecode)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ringside
