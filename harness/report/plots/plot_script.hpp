// scripts/plot.py as it was when this was built.
#pragma once

#include <string_view>

namespace ringside {

extern const std::string_view plot_script;

}  // namespace ringside
