#include "tests/conformance/fan_out_cell_test.hpp"

#include <utility>

#include <fmt/format.h>

#include "backends/tasks/fan_out.hpp"
#include "base/error.hpp"

namespace ringside::test {

std::vector<CellCase> fan_out_cases(std::initializer_list<std::size_t> loop_counts) {
  return cell_cases([](const Backend& backend) { return backend.cell("fan_out") != nullptr; },
                    loop_counts);
}

void FanOutCellTest::SetUp() {
  const Availability availability = GetParam().backend->available();
  if (!availability.yes) GTEST_SKIP() << availability.reason << "; mend: " << availability.mend;
}

void FanOutCellTest::TearDown() {
  finish();
}

void FanOutCellTest::start(const FanOutShape& shape, LeafScript script,
                           Listeners (*listen)(std::size_t count)) {
  finish();
  shape_ = shape;
  before_ = footprint();
  leaves_.emplace(
      shape.leaves,
      FakeLeaves::Sizes{.request_bytes = shape.request_bytes, .reply_bytes = shape.reply_bytes},
      std::move(script));
  const auto addresses = leaves_->addresses();
  start_cell({addresses.begin(), addresses.end()}, listen(GetParam().loops));
}

void FanOutCellTest::start_without_leaves(const FanOutShape& shape,
                                          std::vector<sockaddr_in> addresses) {
  finish();
  shape_ = shape;
  before_ = footprint();
  start_cell(std::move(addresses), listen_apart(GetParam().loops));
}

void FanOutCellTest::start_cell(std::vector<sockaddr_in> addresses, Listeners listeners) {
  late_ = 0;
  const Backend& backend = *GetParam().backend;
  cell_.emplace(
      backend.name, std::move(listeners),
      [this, &backend, addresses = std::move(addresses)](std::span<const int> sockets,
                                                         const StopSignal& stop) {
        backend.run(FanOutTask{.listeners = sockets,
                               .leaves = addresses,
                               .request_bytes = shape_.request_bytes,
                               .reply_bytes = shape_.reply_bytes,
                               .quorum = shape_.awaited(),
                               .count_late = [this](std::uint64_t replies) { late_ += replies; },
                               .stop = stop,
                               .effective = [](std::string_view, std::string_view) {}});
      });
}

void FanOutCellTest::finish() {
  if (!cell_) return;
  EXPECT_TRUE(cell_->stop_signal().raised() || !cell_->returned())
      << "the cell returned before it was told to stop";
  try {
    cell_->stop();
  } catch (const Error& error) {
    ADD_FAILURE() << "the cell threw: " << error.what();
  }
  cell_.reset();
  if (leaves_) {
    expect_parents(0);
    EXPECT_EQ(leaves_->wrong_requests(), 0u);
  }
  leaves_.reset();
  EXPECT_TRUE(eventually([&] { return footprint() == before_; }))
      << "the cell left something behind: " << footprint() << " instead of " << before_;
}

FanOutClient FanOutCellTest::client(std::size_t i, const SocketBuffers& buffers) const {
  return {cell_->endpoint(i), shape_, buffers};
}

std::vector<FanOutClient> FanOutCellTest::client_on_each_loop() const {
  std::vector<FanOutClient> clients;
  for (std::size_t loop = 0; loop < GetParam().loops; ++loop) {
    clients.push_back(client(loop));
    clients.back().ask();
  }
  return clients;
}

void FanOutCellTest::expect_parents(std::size_t parents) const {
  EXPECT_TRUE(eventually([&] { return leaves_->connections() == parents * shape_.leaves; }))
      << leaves_->connections() << " connections to leaves instead of " << parents << " x "
      << shape_.leaves;
}

void FanOutCellTest::expect_late(std::uint64_t replies) const {
  EXPECT_TRUE(eventually([&] { return late_ >= replies; }))
      << late_ << " replies were counted as late instead of " << replies;
  EXPECT_EQ(late_, replies);
}

}  // namespace ringside::test
