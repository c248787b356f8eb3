// The fixture of the conformance tests: one echo cell, and a check that it leaves nothing behind.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "backends/backend.hpp"
#include "tests/conformance/cell_case.hpp"
#include "tests/support/client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/running_cell.hpp"

namespace ringside::test {

/// Every backend that offers echo, and the fake "steady", with each number of loops.
std::vector<CellCase> echo_cases(std::initializer_list<std::size_t> loop_counts = {1, 2});

/// Skips when the backend cannot run here. After each test the cell is stopped, if the test has not
/// done so, and must have given back all its descriptors and threads.
class EchoCellTest : public testing::TestWithParam<CellCase> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Starts the cell; at most once in a test. By default each loop has a port of its own.
  RunningCell& start(std::size_t buffer_bytes = default_buffer_bytes);
  RunningCell& start(Listeners listeners, std::size_t buffer_bytes = default_buffer_bytes);

  /// A client on each loop that has been answered: when it returns, every loop is at work.
  std::vector<Client> client_on_each_loop(const RunningCell& cell) const;

  const Backend& backend() const { return *GetParam().backend; }

 private:
  Footprint before_;
  std::optional<RunningCell> cell_;
};

}  // namespace ringside::test
