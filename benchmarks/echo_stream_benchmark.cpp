// The bytes of a message: where they come from, and how their return is checked.
#include <cstring>

#include <benchmark/benchmark.h>

#include "scenarios/echo/stream.hpp"

namespace ringside {
namespace {

void EchoStreamNextMessage(benchmark::State& state) {
  const auto length = static_cast<std::size_t>(state.range(0));
  const EchoStream stream(1);
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(stream.piece(at, length).data());
    at = EchoStream::advance(at, length);
  }
}
BENCHMARK(EchoStreamNextMessage)->Arg(128)->Arg(4096)->Arg(65536);

void EchoStreamCheckMessage(benchmark::State& state) {
  const auto length = static_cast<std::size_t>(state.range(0));
  const EchoStream sent(1);
  const EchoStream received(1);  // the same bytes in memory of their own, as what comes back is
  std::size_t at = 0;
  for (auto _ : state) {
    const auto expected = sent.piece(at, length);
    if (std::memcmp(received.piece(at, length).data(), expected.data(), length) != 0) {
      state.SkipWithError("the bytes differ");
    }
    at = EchoStream::advance(at, length);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(EchoStreamCheckMessage)->Arg(128)->Arg(4096)->Arg(65536);

}  // namespace
}  // namespace ringside
