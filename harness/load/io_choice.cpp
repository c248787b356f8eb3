#include "harness/load/io_choice.hpp"

#include <array>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/names.hpp"
#include "harness/load/epoll_transport.hpp"
#include "harness/load/io_uring_access.hpp"

namespace ringside {

namespace {

struct Name {
  std::string_view name;
  LoadIo io;
};

constexpr std::array names{
    Name{"epoll", LoadIo::epoll},
    Name{"io_uring", LoadIo::io_uring},
};

}  // namespace

std::string_view to_string(LoadIo io) noexcept {
  return names[static_cast<std::size_t>(io)].name;
}

std::vector<std::string_view> load_io_names() {
  return names_of(names);
}

LoadIo parse_load_io(std::string_view name) {
  return find_named("load I/O", name, names).io;
}

IoChoice choose_io(LoadIo wanted) {
  if (wanted == LoadIo::epoll) {
    return {.io = LoadIo::epoll, .reason = "the load uses epoll unless --load-io says otherwise"};
  }
  try {
    try_io_uring();
  } catch (const Error& refusal) {
    throw Error(fmt::format("the load cannot use io_uring: {}", refusal.what()),
                fmt::format("leave out --load-io io_uring, or {}", refusal.mend()));
  }
  return {.io = LoadIo::io_uring, .reason = {}};
}

std::unique_ptr<Transport> make_transport(LoadIo chosen, StreamClient& client,
                                          const StopSignal& interrupt,
                                          const TransportShape& shape) {
  if (chosen == LoadIo::io_uring) return make_io_uring_transport(client, interrupt, shape);
  return std::make_unique<EpollTransport>(client, interrupt);
}

}  // namespace ringside
