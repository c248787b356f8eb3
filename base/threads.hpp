// Starting threads where there may be none left.
#pragma once

#include <functional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace ringside {

/// Throws the Error of a thread `for_what` ("event loop 3 of 8") that could not be started: its
/// reason, and the limits that would cure it.
[[noreturn]] void throw_no_thread(std::string_view for_what, const std::system_error& failure);

/// A thread that runs `work`. Throws Error, naming `for_what`, when there is none to be had.
template <typename Work>
std::jthread start_thread(std::string_view for_what, Work&& work) {
  try {
    return std::jthread(std::forward<Work>(work));
  } catch (const std::system_error& failure) {
    throw_no_thread(for_what, failure);
  }
}

}  // namespace ringside
