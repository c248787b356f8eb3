// The way to io_uring for what is also built where liburing is missing.
#pragma once

#include <memory>

#include "harness/load/transport.hpp"

namespace ringside {

class StopSignal;

/// Throws Error, with the mend, when this build or this machine does not offer what
/// IoUringTransport needs.
void try_io_uring();

/// Throws Error likewise. See IoUringTransport.
std::unique_ptr<Transport> make_io_uring_transport(StreamClient& client,
                                                   const StopSignal& interrupt,
                                                   const TransportShape& shape);

}  // namespace ringside
