#include "harness/cli/leaves.hpp"

#include <memory>

#include "harness/process/helper_process.hpp"
#include "scenarios/fan_out/leaves.hpp"

namespace ringside {

void add_leaves(CLI::App& app, int& status) {
  const auto listener_count = std::make_shared<int>(0);
  CLI::App* command = app.add_subcommand("leaves", "")->group("");
  command->add_option("listeners", *listener_count)->required()->check(CLI::Range(0, 1024));
  command->callback([listener_count, &status] {
    Inheritance inherited = take_inheritance("leaves", *listener_count);
    status = run_leaves_process(std::move(inherited.control), std::move(inherited.sockets));
  });
}

}  // namespace ringside
