#include "tests/conformance/echo_cell_test.hpp"

#include <ostream>

#include <fmt/format.h>

#include "base/error.hpp"
#include "tests/support/fake_backends.hpp"
#include "tests/support/older_kernels.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

std::vector<EchoCase> echo_cases(std::initializer_list<std::size_t> loop_counts) {
  std::vector<const Backend*> offering{&fake_backend("steady")};
  for (const Backend& backend : backends()) {
    if (backend.echo != nullptr) offering.push_back(&backend);
  }
  for (const Backend& backend : backends_of_older_kernels()) offering.push_back(&backend);
  std::vector<EchoCase> cases;
  for (const Backend* backend : offering) {
    for (const std::size_t loops : loop_counts) cases.push_back({backend, loops});
  }
  return cases;
}

void PrintTo(const EchoCase& echo_case, std::ostream* out) {
  *out << echo_case.backend->name << ", " << echo_case.loops << " loops";
}

std::string case_name(const testing::TestParamInfo<EchoCase>& info) {
  const auto& [backend, loops] = info.param;
  return fmt::format("{}_{}_{}", backend->name, loops, loops == 1 ? "loop" : "loops");
}

void EchoCellTest::SetUp() {
  const Availability availability = backend().available();
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
