// The pages without their data, put together from this folder's sources when the program is built.
#pragma once

#include <string_view>

namespace ringside {

/// Each holds "{{data}}" exactly once, where the data belongs.
extern const std::string_view report_template;   ///< of one run
extern const std::string_view compare_template;  ///< of two runs held against each other

}  // namespace ringside
