#include "harness/cli/setting.hpp"

#include <algorithm>

#include "harness/plan/options.hpp"

namespace ringside {

Setting choose_setting(const Options& options) {
  const auto parse = [](const std::optional<std::string>& list) -> std::optional<CpuSet> {
    if (!list) return std::nullopt;
    return CpuSet::parse(*list);
  };
  const std::size_t threads =
      std::max(std::ranges::max(options.echo.threads), std::ranges::max(options.fan_out.threads));
  return {.cpus = choose_cpus(threads, parse(options.backend_cpus), parse(options.load_cpus)),
          .load_io = choose_io(options.load_io)};
}

}  // namespace ringside
