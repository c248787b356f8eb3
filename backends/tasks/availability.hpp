// Whether something can run here.
#pragma once

#include <string>

namespace ringside {

/// Whether a backend or one of its cells can run on this machine and, if not, why and how to mend
/// it.
struct Availability {
  bool yes = true;
  std::string reason;  ///< one sentence without a full stop; empty when `yes`
  std::string mend;    ///< what the user can do about it; empty when `yes`
};

}  // namespace ringside
