// The whole program over backends that misbehave in known ways, and two real ones beside them; and
// with a scenario whose load is wrong in a known way.
#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "backends/backend.hpp"
#include "base/names.hpp"
#include "harness/cli/app.hpp"
#include "harness/load/load.hpp"
#include "scenarios/scenario.hpp"
#include "tests/support/fake_backends.hpp"

namespace ringside {
namespace {

/// An echo load that forgets every hundredth time that it took.
class ForgetfulLoad final : public Load {
 public:
  explicit ForgetfulLoad(std::unique_ptr<Load> right) : right_(std::move(right)) {}

  void connect(std::size_t target, const Target& reached) override {
    right_->connect(target, reached);
  }
  WindowResult run_window(std::size_t target, const WindowSpec& spec) override {
    return right_->run_window(target, spec);
  }
  void disconnect(std::size_t target) noexcept override { right_->disconnect(target); }

  LoadFigures figures(std::size_t target) const override {
    LoadFigures figures = right_->figures(target);
    std::vector<std::uint64_t> counts(figures.latency.counts().begin(),
                                      figures.latency.counts().end());
    std::uint64_t seen = 0;
    for (std::uint64_t& count : counts) {
      const std::uint64_t forgotten = (seen + count + 99) / 100 - (seen + 99) / 100;
      seen += count;
      count -= forgotten;
    }
    figures.latency = Histogram::from_counts(counts);
    return figures;
  }
  void forget_figures(std::size_t target) override { right_->forget_figures(target); }

 private:
  std::unique_ptr<Load> right_;
};

Scenario forgetful_echo() {
  Scenario scenario = find_named("scenario", "echo", scenarios());
  scenario.name = "forgetful";
  scenario.make_load = [](const Json& params,
                          const LoadEnvironment& environment) -> std::unique_ptr<Load> {
    const Scenario& echo = find_named("scenario", "echo", scenarios());
    return std::make_unique<ForgetfulLoad>(echo.make_load(params, environment));
  };
  return scenario;
}

}  // namespace
}  // namespace ringside

int main(int argc, char** argv) {
  const auto fakes = ringside::test::fake_backends();
  std::vector<ringside::Backend> table(fakes.begin(), fakes.end());
  for (const auto* name : {"epoll", "io_uring"}) {
    table.push_back(ringside::find_named("backend", name, ringside::backends()));
  }
  const auto real = ringside::scenarios();
  std::vector<ringside::Scenario> scenarios(real.begin(), real.end());
  // Not among those that a run without a name of a scenario measures: only its own tests name it.
  const bool named = std::any_of(argv, argv + argc, [](const char* word) {
    return std::string_view(word) == "forgetful" || std::string_view(word) == "cell";
  });
  if (named) {
    scenarios.push_back(ringside::forgetful_echo());
    for (ringside::Backend& backend : table) {
      const ringside::Cell* const echo = backend.cell("echo");
      if (echo == nullptr) continue;
      ringside::Cell same = *echo;
      same.scenario = scenarios.back().name;
      backend.cells.push_back(same);
    }
  }
  return ringside::run_app(argc, argv, table, scenarios);
}
