// The fixture of the conformance tests of fan_out: leaves, a cell between them and the test's
// clients, and a check that it leaves nothing behind.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "backends/backend.hpp"
#include "tests/conformance/cell_case.hpp"
#include "tests/support/fake_leaves.hpp"
#include "tests/support/fan_out_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/running_cell.hpp"

namespace ringside::test {

/// Every backend that offers fan_out, with each number of loops.
std::vector<CellCase> fan_out_cases(std::initializer_list<std::size_t> loop_counts = {1, 2});

/// Skips when the backend cannot run here. After each test the cell is stopped, if the test has not
/// done so, and must have given back all its descriptors, threads and connections to the leaves.
class FanOutCellTest : public testing::TestWithParam<CellCase> {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// Starts leaves, then the cell, with as many of the listeners as it has loops. When called
  /// again, what was there is stopped and checked first.
  void start(const FanOutShape& shape, LeafScript script = {},
             Listeners (*listen)(std::size_t count) = listen_apart);

  /// As above, with the leaves elsewhere: nobody says that they are there.
  void start_without_leaves(const FanOutShape& shape, std::vector<sockaddr_in> addresses);

  /// Stops the cell and the leaves and expects that nothing is left of them.
  void finish();

  /// The i-th client: the loops take turns.
  FanOutClient client(std::size_t i = 0, const SocketBuffers& buffers = {}) const;

  /// A client on each loop that has been answered: when it returns, every loop is at work.
  std::vector<FanOutClient> client_on_each_loop() const;

  /// That the cell has exactly `parents` parent connections' worth of connections to the leaves,
  /// within `patience`.
  void expect_parents(std::size_t parents) const;

  /// That so many replies have been counted as late, within `patience`, and no more.
  void expect_late(std::uint64_t replies) const;

  const FanOutShape& shape() const noexcept { return shape_; }
  const FakeLeaves& leaves() const { return *leaves_; }
  RunningCell& cell() { return *cell_; }

 private:
  void start_cell(std::vector<sockaddr_in> addresses, Listeners listeners);

  FanOutShape shape_;
  Footprint before_;
  std::atomic<std::uint64_t> late_ = 0;
  std::optional<FakeLeaves> leaves_;
  std::optional<RunningCell> cell_;
};

}  // namespace ringside::test
