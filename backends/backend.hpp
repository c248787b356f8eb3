// What a backend is to the harness: a plain value in one table.
#pragma once

#include <algorithm>
#include <cassert>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/tasks/availability.hpp"

namespace ringside {

/// What a backend does of one scenario: a function that takes the scenario's task. It runs in a
/// process of its own, is called once, and returns when it is told to stop.
struct Cell {
  /// From a function `void cell(const Task&)`; `Task::scenario` is the scenario's name. A list of
  /// cells is a list of functions.
  template <typename Task>
  Cell(void (*cell)(const Task&), Availability (*is_available)() = nullptr)
      : scenario(Task::scenario),
        available(is_available),
        run([cell](const void* task) { cell(*static_cast<const Task*>(task)); }) {}

  std::string_view scenario;
  /// As Backend::available, where this one needs more than the others; null where it does not.
  Availability (*available)();
  std::function<void(const void* task)> run;  ///< for Backend::run
};

/// One way of doing I/O.
struct Backend {
  std::string_view name;               ///< as on the command line, for example "io_uring"
  std::string_view summary;            ///< one line for `ringside list`
  std::string (*version)() = nullptr;  ///< library and kernel facts that belong in the results
  Availability (*available)() = nullptr;
  std::vector<Cell> cells{};  ///< one for each scenario that it offers

  /// Null when it does not offer the scenario.
  const Cell* cell(std::string_view scenario) const noexcept {
    const auto found = std::ranges::find(cells, scenario, &Cell::scenario);
    return found == cells.end() ? nullptr : &*found;
  }

  /// Runs the cell of that task's scenario, which the backend has to offer, until it is told to
  /// stop. Throws what the cell throws.
  template <typename Task>
  void run(const Task& task) const {
    const Cell* const found = cell(Task::scenario);
    assert(found != nullptr);
    found->run(&task);
  }
};

/// Every backend of this build, in the order of backends/CMakeLists.txt.
std::span<const Backend> backends();

}  // namespace ringside
