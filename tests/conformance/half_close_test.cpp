// A peer that has sent all it had and waits for the rest of the answer.
#include <vector>

#include "tests/conformance/echo_cell_test.hpp"
#include "tests/support/client.hpp"
#include "tests/support/transfer.hpp"

namespace ringside::test {

namespace {

class EchoHalfClose : public EchoCellTest {};
INSTANTIATE_TEST_SUITE_P(Backends, EchoHalfClose, testing::ValuesIn(echo_cases()), case_name);

TEST_P(EchoHalfClose, NothingSent) {
  const RunningCell& cell = start();
  Client client(cell.endpoint());
  client.finish_sending();
  EXPECT_EQ(client.wait_for_end(), End::closed);
}

TEST_P(EchoHalfClose, SmallMessages) {
  const RunningCell& cell = start(4096);
  for (const std::size_t bytes : {1, 100, 4096, 4097}) {
    SCOPED_TRACE(bytes);
    const Bytes message = random_bytes(bytes, bytes);
    Client client(cell.endpoint());
    Transfer transfer(client, message, AfterSending::finish);
    complete(std::span(&transfer, 1));
    EXPECT_EQ(client.wait_for_end(), End::closed);
  }
}

// The end of the request arrives while much of the answer is still unsent.
TEST_P(EchoHalfClose, FourMebibytes) {
  const RunningCell& cell = start(listen_with_small_buffers(GetParam().loops));
  const Bytes stream = random_bytes(4 * 1024 * 1024, 1);
  Client client(cell.endpoint(), {.send_bytes = 1024 * 1024, .receive_bytes = 65536});
  Transfer transfer(client, stream, AfterSending::finish);
  fill(std::span(&transfer, 1));
  complete(std::span(&transfer, 1));
  EXPECT_EQ(client.wait_for_end(), End::closed);
}

TEST_P(EchoHalfClose, ManyAtOnce) {
  const RunningCell& cell = start();
  const Bytes stream = random_bytes(100'000, 2);
  std::vector<Client> clients;
  for (std::size_t i = 0; i < 50; ++i) clients.emplace_back(cell.endpoint(i));
  std::vector<Transfer> transfers;
  for (Client& client : clients) transfers.emplace_back(client, stream, AfterSending::finish);
  complete(transfers);
  for (Client& client : clients) EXPECT_EQ(client.wait_for_end(), End::closed);
}

}  // namespace

}  // namespace ringside::test
