// What only the io_uring transport has: what older kernels offer it.
#include "harness/load/io_uring_transport.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/uring/probe.hpp"
#include "tests/support/fake_backends.hpp"
#include "tests/support/running_cell.hpp"
#include "tests/unit/load/echoing_client.hpp"

namespace ringside {
namespace {

class Generations : public ::testing::TestWithParam<uring::Generation> {};

TEST_P(Generations, MoveEveryByteInOrder) {
  try {
    uring::probe();
  } catch (const Error& refusal) {
    GTEST_SKIP() << refusal.what();
  }
  const uring::Generation generation = GetParam();
  test::RunningCell cell(test::fake_backend("steady"), listen_apart(1));
  const TransportShape shape{.streams = 1, .bytes_in_flight = 1};  // too small, on purpose
  test::EchoingClient client(
      [&](StreamClient& self, const StopSignal& interrupt) {
        return std::make_unique<IoUringTransport>(self, interrupt, shape,
                                                  std::span(&generation, 1));
      },
      300'000, 50'000);
  for (int i = 0; i < 100; ++i) client.open(cell.endpoint(), i % 2);
  client.run();
}

INSTANTIATE_TEST_SUITE_P(Kernels, Generations, ::testing::ValuesIn(uring::generations),
                         [](const auto& of) {
                           std::string name(of.param.since);
                           name[name.find('.')] = '_';
                           return "Linux" + name;
                         });

}  // namespace
}  // namespace ringside
