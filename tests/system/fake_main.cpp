// The whole program over backends that misbehave in known ways, and two real ones beside them.
#include <vector>

#include "backends/backend.hpp"
#include "base/names.hpp"
#include "harness/cli/app.hpp"
#include "scenarios/scenario.hpp"
#include "tests/support/fake_backends.hpp"

int main(int argc, char** argv) {
  const auto fakes = ringside::test::fake_backends();
  std::vector<ringside::Backend> table(fakes.begin(), fakes.end());
  for (const auto* name : {"epoll", "io_uring"}) {
    table.push_back(ringside::find_named("backend", name, ringside::backends()));
  }
  return ringside::run_app(argc, argv, table, ringside::scenarios());
}
