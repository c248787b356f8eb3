#include "base/error.hpp"

#include <cerrno>
#include <new>
#include <system_error>

#include <fmt/format.h>

#include "base/remedy.hpp"

namespace ringside {

void throw_errno(std::string_view operation, int code, std::string mend) {
  if (mend.empty()) mend = remedy(Need::call, code);
  throw Error(fmt::format("{}: {}", operation, std::generic_category().message(code)),
              std::move(mend));
}

Error explained(const std::exception& failure) {
  if (const auto* const error = dynamic_cast<const Error*>(&failure)) return *error;
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) {
    return Error("no more memory could be had", remedy(Need::call, ENOMEM));
  }
  if (const auto* const system = dynamic_cast<const std::system_error*>(&failure)) {
    return Error(system->what(), remedy(Need::call, system->code().value()));
  }
  return Error(failure.what());
}

}  // namespace ringside
