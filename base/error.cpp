#include "base/error.hpp"

#include <system_error>

#include <fmt/format.h>

namespace ringside {

void throw_errno(std::string_view operation, int code, std::string mend) {
  throw Error(fmt::format("{}: {}", operation, std::generic_category().message(code)),
              std::move(mend));
}

}  // namespace ringside
