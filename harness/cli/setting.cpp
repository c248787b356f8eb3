#include "harness/cli/setting.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/plan/options.hpp"

namespace ringside {

std::vector<std::string> Setting::caveats() const {
  std::vector<std::string> all = cpus.caveats;
  if (load_io.fell_back) {
    all.push_back(fmt::format("the load uses epoll, at more CPU a message than with io_uring: {}",
                              load_io.reason));
  }
  return all;
}

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
