#include "tests/conformance/echo_cell_test.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "tests/support/fake_backends.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

std::vector<CellCase> echo_cases(std::initializer_list<std::size_t> loop_counts) {
  return cell_cases([](const Backend& backend) { return backend.cell("echo") != nullptr; },
                    loop_counts, {&fake_backend("steady")});
}

void EchoCellTest::SetUp() {
  const Availability availability = GetParam().backend->available();
  // Not a test switched off: some kernels and sandboxes refuse io_uring, and the suite must still
  // be able to judge the other backends there.
  if (!availability.yes) GTEST_SKIP() << availability.reason << "; mend: " << availability.mend;
  before_ = footprint();
}

void EchoCellTest::TearDown() {
  if (!cell_) return;
  EXPECT_TRUE(cell_->stop_signal().raised() || !cell_->returned())
      << "the cell returned before it was told to stop";
  try {
    cell_->stop();
  } catch (const Error& error) {
    ADD_FAILURE() << "the cell threw: " << error.what();
  }
  cell_.reset();
  EXPECT_TRUE(eventually([&] { return footprint() == before_; }))
      << "the cell left something behind: " << footprint() << " instead of " << before_;
}

RunningCell& EchoCellTest::start(std::size_t buffer_bytes) {
  return start(listen_apart(GetParam().loops), buffer_bytes);
}

RunningCell& EchoCellTest::start(Listeners listeners, std::size_t buffer_bytes) {
  return cell_.emplace(backend(), std::move(listeners), buffer_bytes);
}

std::vector<Client> EchoCellTest::client_on_each_loop(const RunningCell& cell) const {
  const Bytes message = random_bytes(100, 1);
  std::vector<Client> clients;
  for (std::size_t loop = 0; loop < GetParam().loops; ++loop) {
    echo(clients.emplace_back(cell.endpoint(loop)), message);
  }
  return clients;
}

}  // namespace ringside::test
