// What a load drives its sockets with, and why.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/transport.hpp"

namespace ringside {

class StopSignal;

/// What the user may ask for.
enum class LoadIo {
  epoll,
  io_uring,
};

std::string_view to_string(LoadIo io) noexcept;

/// What parse_load_io takes.
std::vector<std::string_view> load_io_names();

/// Throws unknown_name.
LoadIo parse_load_io(std::string_view name);

/// What was decided for a run.
struct IoChoice {
  LoadIo io = LoadIo::epoll;
  std::string reason;  ///< why not io_uring, a sentence without a full stop; else empty
};

/// Decides by trying. Throws Error when io_uring was asked for and cannot be had.
IoChoice choose_io(LoadIo wanted);

/// A transport of the kind that was chosen, for the calling thread. `client` and `interrupt`
/// outlive it. Throws Error.
std::unique_ptr<Transport> make_transport(LoadIo chosen, StreamClient& client,
                                          const StopSignal& interrupt, const TransportShape& shape);

}  // namespace ringside
