#include "harness/load/io_uring_access.hpp"

#include "base/uring/probe.hpp"
#include "harness/load/io_uring_transport.hpp"

namespace ringside {

void try_io_uring() {
  uring::probe();
}

std::unique_ptr<Transport> make_io_uring_transport(StreamClient& client,
                                                   const StopSignal& interrupt,
                                                   const TransportShape& shape) {
  return std::make_unique<IoUringTransport>(client, interrupt, shape);
}

}  // namespace ringside
