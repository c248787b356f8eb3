// Whether Asio's files can be had: on Linux they are io_uring underneath, while its sockets wait
// with epoll.
#pragma once

#include "backends/tasks/availability.hpp"

namespace boost::asio {

class io_context;

}  // namespace boost::asio

namespace ringside::asio_support {

/// Says why where liburing was missing when this was built, or where io_uring is refused here.
Availability files_available();

/// Makes the ring beneath the files of `context`, which Asio would otherwise do with the first
/// file. Throws Error that says why it cannot be had and how to mend it.
void require_files(boost::asio::io_context& context);

}  // namespace ringside::asio_support
