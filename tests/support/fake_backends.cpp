#include "tests/support/fake_backends.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>

#include "backends/tasks/echo.hpp"
#include "backends/tasks/fan_out.hpp"
#include "backends/tasks/file_copy.hpp"
#include "base/error.hpp"
#include "base/stop_signal.hpp"
#include "tests/support/fake_echo.hpp"
#include "tests/support/fake_fan_out.hpp"
#include "tests/support/fake_file_copy.hpp"

namespace ringside::test {

namespace {

constexpr std::size_t last_good_read = 199;
constexpr std::size_t last_good_pass = 2;

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

void restless(const EchoTask& task) {
  const std::jthread never_resting([](const std::stop_token& stop) {
    while (!stop.stop_requested()) burn_cpu(std::chrono::microseconds(20));
  });
  steady(task);
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

template <typename Task>
void quits(const Task&) {
  throw Error("the fake backend 'quits' cannot start", "choose another fake backend");
}

void copy(const FileCopyTask& task) {
  fake_file_copy(task, [](std::size_t, std::span<std::byte>) { return true; });
}

void copy_slowly(const FileCopyTask& task) {
  fake_file_copy(task, [](std::size_t, std::span<std::byte>) {
    burn_cpu(std::chrono::milliseconds(1));
    return true;
  });
}

void copy_wrongly(const FileCopyTask& task) {
  fake_file_copy(task, [](std::size_t pass, std::span<std::byte> bytes) {
    if (pass > last_good_pass) bytes.back() ^= std::byte{1};
    return true;
  });
}

void copy_and_crash(const FileCopyTask& task) {
  fake_file_copy(task, [](std::size_t pass, std::span<std::byte>) {
    if (pass > last_good_pass) std::abort();
    return true;
  });
}

void copy_and_hang(const FileCopyTask& task) {
  fake_file_copy(task, [&task](std::size_t pass, std::span<std::byte>) {
    while (pass > last_good_pass && !task.stop.raised()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  });
}

void claim_to_copy(const FileCopyTask& task) {
  fake_file_copy(task, [](std::size_t, std::span<std::byte>) { return false; });
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
      {"steady",
       "a correct echo server on poll",
       version,
       available,
       {steady, copy, steady_fan_out}},
      {"slow",
       "as steady, with 20 us of CPU at each read",
       version,
       available,
       {slow, copy_slowly}},
      {"restless", "as steady, beside a thread that never rests", version, available, {restless}},
      {"wrong",
       "flips a byte in every 1000th read",
       version,
       available,
       {wrong, copy_wrongly, wrong_fan_out}},
      {"crash",
       "aborts at its 200th read",
       version,
       available,
       {crash, copy_and_crash, crash_fan_out}},
      {"mute",
       "answers nothing from its 200th read",
       version,
       available,
       {mute, copy_and_hang, mute_fan_out}},
      {"quits",
       "throws as soon as it is called",
       version,
       available,
       {quits<EchoTask>, quits<FileCopyTask>}},
      {"absent", "is not available", version, unavailable, {steady, copy}},
      {"lazy", "copies nothing and says it did", version, available, {claim_to_copy}},
  });
  return table;
}

const Backend& fake_backend(std::string_view name) {
  const auto found = std::ranges::find(fake_backends(), name, &Backend::name);
  assert(found != fake_backends().end());
  return *found;
}

}  // namespace ringside::test
