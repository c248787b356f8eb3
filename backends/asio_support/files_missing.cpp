// For builds without liburing, on which Asio's files are built.
#include "backends/asio_support/files.hpp"
#include "base/error.hpp"

namespace ringside::asio_support {

Availability files_available() {
  return {.yes = false,
          .reason = "this ringside was built without liburing, on which Asio's files are built",
          .mend = "apt-get install liburing-dev, then build again"};
}

void require_files(boost::asio::io_context&) {
  const Availability missing = files_available();
  throw Error(missing.reason, missing.mend);
}

}  // namespace ringside::asio_support
