#include "tests/support/running_cell.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "backends/tasks/echo.hpp"
#include "tests/support/process.hpp"

namespace ringside::test {

namespace {

std::vector<int> descriptors(const Listeners& listeners) {
  std::vector<int> sockets;
  for (const UniqueFd& socket : listeners.sockets) sockets.push_back(socket.get());
  return sockets;
}

CellFunction echo_cell(const Backend& backend, std::size_t buffer_bytes) {
  return [&backend, buffer_bytes](std::span<const int> listeners, const StopSignal& stop) {
    backend.run(EchoTask{.listeners = listeners,
                         .buffer_bytes = buffer_bytes,
                         .stop = stop,
                         .effective = [](std::string_view, std::string_view) {}});
  };
}

}  // namespace

RunningCell::RunningCell(std::string_view name, Listeners listeners, CellFunction cell)
    : name_(name), listeners_(std::move(listeners)), sockets_(descriptors(listeners_)) {
  std::packaged_task<void()> task([this, cell = std::move(cell)] { cell(sockets_, stop_); });
  done_ = task.get_future();
  thread_ = std::thread(std::move(task));
}

RunningCell::RunningCell(const Backend& backend, Listeners listeners, std::size_t buffer_bytes)
    : RunningCell(backend.name, std::move(listeners), echo_cell(backend, buffer_bytes)) {}

RunningCell::~RunningCell() {
  join();
}

const Endpoint& RunningCell::endpoint(std::size_t i) const {
  return listeners_.endpoints[i % listeners_.endpoints.size()];
}

bool RunningCell::returned() const {
  return !done_.valid() || done_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

void RunningCell::stop() {
  join();
  if (done_.valid()) done_.get();
}

void RunningCell::join() {
  if (!thread_.joinable()) return;
  stop_.raise();
  if (done_.wait_for(patience) != std::future_status::ready) {
    fmt::print(stderr, "{}: the cell did not return within {} s of being told to stop\n", name_,
               patience.count());
    std::abort();
  }
  thread_.join();
}

}  // namespace ringside::test
