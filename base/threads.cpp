#include "base/threads.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/remedy.hpp"

namespace ringside {

void throw_no_thread(std::string_view for_what, const std::system_error& failure) {
  throw_errno(fmt::format("cannot start a thread for {}", for_what), failure.code().value(),
              remedy(Need::thread, failure.code().value()));
}

}  // namespace ringside
