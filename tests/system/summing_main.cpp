// The program with one more scenario and two backends of it.
#include <numeric>
#include <vector>

#include "backends/backend.hpp"
#include "harness/cli/app.hpp"
#include "scenarios/scenario.hpp"
#include "tests/system/summing/task.hpp"

namespace ringside {

std::span<const Scenario> scenarios_and_summing();  // generated: see CMakeLists.txt

namespace test {
namespace {

Availability available() {
  return {};
}

std::string version() {
  return "test 1";
}

void loop(const SummingTask& task) {
  while (task.next()) {
    volatile std::uint64_t sum = 0;
    for (std::uint64_t number = 1; number <= task.numbers; ++number) sum = sum + number;
    task.done(sum);
  }
}

void vector(const SummingTask& task) {
  while (task.next()) {
    std::vector<std::uint64_t> numbers(task.numbers);
    std::iota(numbers.begin(), numbers.end(), 1);
    task.done(std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}));
  }
}

}  // namespace
}  // namespace test
}  // namespace ringside

int main(int argc, char** argv) {
  using namespace ringside;
  const std::vector<Backend> backends = {
      {"loop", "one after the other", test::version, test::available, {test::loop}},
      {"vector", "all of them at hand", test::version, test::available, {test::vector}},
  };
  return run_app(argc, argv, backends, scenarios_and_summing());
}
