#include "harness/cli/cell.hpp"

#include <memory>

#include "harness/process/helper_process.hpp"
#include "harness/trial/cell_process.hpp"

namespace ringside {

void add_cell(CLI::App& app, std::span<const Backend> backends, std::span<const Scenario> scenarios,
              int& status) {
  const auto listener_count = std::make_shared<int>(0);
  CLI::App* command = app.add_subcommand("cell", "")->group("");
  command->add_option("listeners", *listener_count)->required()->check(CLI::Range(0, 1024));
  command->callback([listener_count, backends, scenarios, &status] {
    Inheritance inherited = take_inheritance("cell", *listener_count);
    status = run_cell_process(std::move(inherited.control), std::move(inherited.sockets), backends,
                              scenarios);
  });
}

}  // namespace ringside
