#include "tests/support/fake_backends.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>

#include "base/error.hpp"
#include "tests/support/fake_echo.hpp"
#include "tests/support/fake_fan_out.hpp"

namespace ringside::test {

namespace {

constexpr std::size_t last_good_read = 199;

// CPU time and not wall time: a thread that is not running must not count as having worked.
void burn_cpu(std::chrono::nanoseconds duration) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto end = now() + duration;
  while (now() < end) continue;
}

void steady(const EchoTask& task) {
  fake_echo(task, [](std::size_t, std::span<std::byte>) { return true; });
}

void slow(const EchoTask& task) {
  fake_echo(task, [](std::size_t, std::span<std::byte>) {
    burn_cpu(std::chrono::microseconds(20));
    return true;
  });
}

void wrong(const EchoTask& task) {
  fake_echo(task, [](std::size_t number, std::span<std::byte> bytes) {
    if (number % 1000 == 0) bytes.front() ^= std::byte{1};
    return true;
  });
}

void crash(const EchoTask& task) {
  fake_echo(task, [](std::size_t number, std::span<std::byte>) {
    if (number > last_good_read) std::abort();
    return true;
  });
}

void mute(const EchoTask& task) {
  fake_echo(task,
            [](std::size_t number, std::span<std::byte>) { return number <= last_good_read; });
}

void quits(const EchoTask&) {
  throw Error("the fake backend 'quits' cannot start", "choose another fake backend");
}

void steady_fan_out(const FanOutTask& task) {
  fake_fan_out(task, [](std::size_t, std::span<std::byte>) { return true; });
}

void wrong_fan_out(const FanOutTask& task) {
  fake_fan_out(task, [](std::size_t number, std::span<std::byte> answer) {
    if (number % 500 == 0) answer.back() ^= std::byte{1};
    return true;
  });
}

void crash_fan_out(const FanOutTask& task) {
  fake_fan_out(task, [](std::size_t number, std::span<std::byte>) {
    if (number > last_good_read) std::abort();
    return true;
  });
}

void mute_fan_out(const FanOutTask& task) {
  fake_fan_out(task,
               [](std::size_t number, std::span<std::byte>) { return number <= last_good_read; });
}

std::string version() {
  return "fake 1";
}

Availability available() {
  return {};
}

Availability unavailable() {
  return {.yes = false,
          .reason = "the fake backend 'absent' runs nowhere",
          .mend = "choose another fake backend"};
}

}  // namespace

std::span<const Backend> fake_backends() {
  static const auto table = std::to_array<Backend>({
      {"steady", "a correct echo server on poll", version, available, steady, nullptr,
       steady_fan_out},
      {"slow", "as steady, with 20 us of CPU at each read", version, available, slow},
      {"wrong", "flips a byte in every 1000th read", version, available, wrong, nullptr,
       wrong_fan_out},
      {"crash", "aborts at its 200th read", version, available, crash, nullptr, crash_fan_out},
      {"mute", "answers nothing from its 200th read", version, available, mute, nullptr,
       mute_fan_out},
      {"quits", "throws as soon as it is called", version, available, quits},
      {"absent", "is not available", version, unavailable, steady},
  });
  return table;
}

const Backend& fake_backend(std::string_view name) {
  const auto found = std::ranges::find(fake_backends(), name, &Backend::name);
  assert(found != fake_backends().end());
  return *found;
}

}  // namespace ringside::test
