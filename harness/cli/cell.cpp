#include "harness/cli/cell.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "harness/trial/cell_process.hpp"

namespace ringside {

namespace {

constexpr int control_fd = 3;

/// Takes over an inherited descriptor, which must not be passed on any further.
UniqueFd inherited(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0) {
    throw Error("`ringside cell` is started by `ringside run` only",
                "to run a cell by hand, use `ringside serve`");
  }
  check(::fcntl(fd, F_SETFD, FD_CLOEXEC), "fcntl");
  return UniqueFd(fd);
}

}  // namespace

void add_cell(CLI::App& app, std::span<const Backend> backends, std::span<const Scenario> scenarios,
              int& status) {
  const auto listener_count = std::make_shared<int>(0);
  CLI::App* command = app.add_subcommand("cell", "")->group("");
  command->add_option("listeners", *listener_count)->required()->check(CLI::Range(0, 1024));
  command->callback([listener_count, backends, scenarios, &status] {
    UniqueFd control = inherited(control_fd);
    std::vector<UniqueFd> listeners;
    for (int i = 0; i < *listener_count; ++i) listeners.push_back(inherited(control_fd + 1 + i));
    status = run_cell_process(std::move(control), std::move(listeners), backends, scenarios);
  });
}

}  // namespace ringside
