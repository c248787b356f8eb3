// The load generator's whole turn: wait, receive, check, record, send the next message.
#include <chrono>

#include <benchmark/benchmark.h>

#include "backends/backend.hpp"
#include "base/names.hpp"
#include "base/stop_signal.hpp"
#include "harness/load/team.hpp"
#include "harness/measure/cpu_plan.hpp"
#include "scenarios/echo/load.hpp"
#include "tests/support/running_cell.hpp"

namespace ringside {
namespace {

using namespace std::chrono_literals;

// Against the cheapest plain cell, which leaves the generator the least time to wait. Cell and
// generator are threads of one process, each on its own CPU where there are two.
void EchoLoadMessage(benchmark::State& state) {
  const EchoParams params{.connections = static_cast<std::size_t>(state.range(0)),
                          .payload_bytes = static_cast<std::size_t>(state.range(1))};
  const CpuPlan cpus = choose_cpus(1, std::nullopt, std::nullopt);
  pin_this_thread(cpus.backend);  // the cell's thread inherits it
  test::RunningCell cell(find_named("backend", "epoll", backends()), listen_apart(1),
                         buffer_bytes(params));
  pin_this_thread(cpus.load);
  ThreadTeam team(1, [](std::size_t) {});
  const StopSignal interrupt;
  const auto io = static_cast<LoadIo>(state.range(2));
  EchoLoad load(params, {.team = team, .targets = 1, .seed = 1, .io = io, .interrupt = interrupt});
  load.connect(0, cell.listeners().endpoints);

  const WindowSpec window{.warmup = 3ms, .measured = 20ms};
  std::chrono::nanoseconds cpu{}, elapsed{};
  double messages = 0;
  for (auto _ : state) {
    const WindowResult result = load.run_window(0, window);
    cpu += result.load_cpu;
    elapsed += result.elapsed;
    messages += result.work;
  }
  state.counters["cpu_ns_per_message"] = static_cast<double>(cpu.count()) / messages;
  state.counters["messages_per_s"] = messages * 1e9 / static_cast<double>(elapsed.count());
  load.disconnect(0);
}
BENCHMARK(EchoLoadMessage)
    ->ArgNames({"connections", "payload", "io"})
    ->ArgsProduct({{1, 64, 512}, {128, 4096}, {1, 2}})  // LoadIo: epoll, io_uring
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ringside
