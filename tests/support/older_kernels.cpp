#include "tests/support/older_kernels.hpp"

#include <array>

#include "backends/io_uring/older_kernels.hpp"
#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "base/error.hpp"
#include "base/uring/probe.hpp"

namespace ringside::test {

namespace {

constexpr std::span<const uring::Generation> all = uring::generations;

template <std::size_t Left>
void echo_of(const EchoTask& task) {
  io_uring::echo_with(task, all.subspan(Left));
}

template <std::size_t Left>
void fan_out_of(const FanOutTask& task) {
  io_uring::fan_out_with(task, all.subspan(Left));
}

Availability available() {
  try {
    uring::probe();
  } catch (const Error& error) {
    return {.yes = false, .reason = error.what(), .mend = error.mend()};
  }
  return {};
}

}  // namespace

std::span<const Backend> backends_of_older_kernels() {
  static const std::array rows{
      Backend{
          .name = "io_uring_of_6_0",
          .summary = "without DEFER_TASKRUN",
          .available = available,
          .cells = {echo_of<1>, fan_out_of<1>},
      },
      Backend{
          .name = "io_uring_of_5_19",
          .summary = "with single-shot receives",
          .available = available,
          .cells = {echo_of<2>, fan_out_of<2>},
      },
  };
  return rows;
}

}  // namespace ringside::test
