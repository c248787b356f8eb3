// A throw-away scenario: the whole of docs/ADDING_A_SCENARIO.md in one folder. Nothing else knows
// of it but the line of the list.
#include "scenarios/scenario.hpp"

#include <chrono>
#include <ctime>
#include <map>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "harness/load/load.hpp"
#include "tests/system/summing/task.hpp"

namespace ringside {

namespace {

using std::chrono::nanoseconds;

constexpr Parameter parameters[] = {
    {.name = "numbers",
     .flag = "--numbers",
     .help = "Numbers to add up",
     .values = {"1000", "1000,100000", "1000,100000,10000000"},
     .most = 1'000'000'000},
    {.name = "times",
     .flag = "--times",
     .help = "How often each sum is asked for",
     .values = {"1"},
     .follows = {}},
    {.name = "note",
     .flag = "--note",
     .kind = ParameterKind::text,
     .help = "What stands beside the figures",
     .swept = false,
     .read = as_it_is},
};

std::uint64_t numbers_of(const Json& params) {
  return params.at("numbers").get<std::uint64_t>();
}

void check(const Json& params) {
  if (numbers_of(params) % 2 == 1 && params.at("times") != 1) {
    throw Error("an odd --numbers with --times", "add up an even number of them");
  }
}

nanoseconds process_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

void run_cell(const Backend& backend, const Json& params, const CellEnvironment& environment) {
  bool ready = false;
  nanoseconds before{};
  backend.run(test::SummingTask{
      .numbers = numbers_of(params),
      .next =
          [&] {
            if (!ready) environment.ready();
            ready = true;
            const bool more = environment.next_order().has_value();
            before = process_cpu();
            return more;
          },
      .done =
          [&](std::uint64_t sum) {
            environment.done({{"sum", sum}, {"cpu_ns", (process_cpu() - before).count()}});
          }});
}

/// Asks for one sum after the other and checks each.
class SummingLoad final : public Load {
 public:
  explicit SummingLoad(const Json& params)
      : numbers_(numbers_of(params)), times_(params.at("times").get<std::uint64_t>()) {}

  void connect(std::size_t target, const Target& reached) override {
    sides_[target].ask = reached.ask;
  }
  void disconnect(std::size_t target) noexcept override { sides_[target].ask = nullptr; }

  WindowResult run_window(std::size_t target, const WindowSpec& spec) override {
    Side& side = sides_[target];
    WindowResult window;
    for (nanoseconds warm{}; warm < spec.warmup; ++window.all_ops) warm += one(side).elapsed;
    nanoseconds cpu{};
    while (window.elapsed < spec.measured) {
      const Sum sum = one(side);
      side.latency.record(sum.elapsed);
      window.elapsed += sum.elapsed;
      cpu += sum.cpu;
      ++window.ops;
    }
    window.all_ops += window.ops;
    window.response = window.elapsed;
    window.backend_cpu = cpu;
    window.work = static_cast<double>(window.ops);
    window.begun = {.started = window.ops, .ended_inside = window.ops};
    return window;
  }

  LoadFigures figures(std::size_t target) const override {
    LoadFigures figures;
    figures.latency = sides_.at(target).latency;
    figures.fairness = Measured<Fairness>::unknown("the load only waits");
    return figures;
  }
  void forget_figures(std::size_t target) override { sides_[target].latency = {}; }

 private:
  struct Side {
    std::function<Json(Json order, std::chrono::milliseconds limit)> ask;
    Histogram latency;
  };
  struct Sum {
    nanoseconds elapsed{};
    nanoseconds cpu{};
  };

  Sum one(Side& side) const {
    Sum sum;
    for (std::uint64_t time = 0; time < times_; ++time) {
      const auto begun = std::chrono::steady_clock::now();
      const Json answer = side.ask(Json::object(), std::chrono::seconds(60));
      sum.elapsed += std::chrono::steady_clock::now() - begun;
      sum.cpu += nanoseconds(answer.at("cpu_ns").get<std::int64_t>());
      if (answer.at("sum") != numbers_ * (numbers_ + 1) / 2) {
        throw TargetFailure(TargetFailure::Kind::wrong_data,
                            fmt::format("1 to {} are not {}", numbers_, answer.at("sum").dump()));
      }
    }
    return sum;
  }

  std::uint64_t numbers_;
  std::uint64_t times_;
  std::map<std::size_t, Side> sides_;
};

}  // namespace

extern const Scenario summing_scenario;
const Scenario summing_scenario{
    .name = "summing",
    .summary = "adds up numbers",
    .title = "Summing",
    .parameters = parameters,
    .check = check,
    .words = [](const Json&) -> WorkWords { return {.operation = "sum", .unit = "sum"}; },
    .describe = [](const Json& params) { return fmt::format("1 to {}", numbers_of(params)); },
    .listeners = [](const Json&) { return std::size_t{0}; },
    .descriptors = [](const Json&) { return DescriptorNeeds{}; },
    .population = [](const Json&) -> Population { return {.operations = 1, .exact = false}; },
    .cpu_users = CpuUsers::cell_alone,
    .run_cell = run_cell,
    .make_load = [](const Json& params, const LoadEnvironment&) -> std::unique_ptr<Load> {
      return std::make_unique<SummingLoad>(params);
    },
};

}  // namespace ringside
