#include "backends/callback/failed_accept.hpp"

#include <utility>

#include "backends/support/socket.hpp"
#include "base/error.hpp"

namespace ringside::callback {

void FailedAccept::retry(boost::system::error_code error, std::function<void()> accept) {
  switch (classify_accept(error.value())) {
    case AcceptFailure::broken:
      throw_errno("accepting a connection", error.value());
    case AcceptFailure::exhausted:
      pause_.expires_after(accept_pause);
      return pause_.async_wait(
          [accept = std::move(accept)](boost::system::error_code) { accept(); });
    case AcceptFailure::none_left:
    case AcceptFailure::try_again:
      return accept();
  }
}

}  // namespace ringside::callback
