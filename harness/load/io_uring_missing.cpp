// Takes the place of io_uring_access.cpp where liburing was not found when this was built.
#include "base/error.hpp"
#include "harness/load/io_uring_access.hpp"

namespace ringside {

void try_io_uring() {
  throw Error("this ringside was built without liburing",
              "apt-get install liburing-dev, then build again");
}

std::unique_ptr<Transport> make_io_uring_transport(StreamClient&, const StopSignal&,
                                                   const TransportShape&) {
  try_io_uring();
  return nullptr;
}

}  // namespace ringside
