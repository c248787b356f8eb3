#include "harness/trial/cell_process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/stop_signal.hpp"
#include "base/threads.hpp"
#include "harness/process/helper_process.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

/// What the cell says it really used; filled from the cell's threads, read by the control thread.
class EffectiveFacts {
 public:
  void record(std::string_view name, std::string_view value) {
    const std::scoped_lock lock(mutex_);
    facts_.insert_or_assign(std::string(name), std::string(value));
  }

  Json json() const {
    const std::scoped_lock lock(mutex_);
    return facts_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> facts_;
};

std::int64_t nanoseconds_of(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_usec} * 1'000;
}

/// What the cell has counted; filled from the cell's threads, read by the control thread.
class Counters {
 public:
  void add(std::string_view name, std::uint64_t count) {
    const std::scoped_lock lock(mutex_);
    counters_[std::string(name)] += count;
  }

  Json json() const {
    const std::scoped_lock lock(mutex_);
    return counters_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> counters_;
};

/// Pieces of work on their way from the control thread to the cell.
class Orders {
 public:
  void add(Json order) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(order));
    changed_.notify_one();
  }

  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_one();
  }

  /// Waits for the next one; empty once closed.
  std::optional<Json> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (closed_) return std::nullopt;
    Json order = std::move(waiting_.front());
    waiting_.pop_front();
    return order;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Json> waiting_;
  bool closed_ = false;
};

/// What the control thread shares with the cell.
struct Exchange {
  StopSignal stop;
  EffectiveFacts effective;
  Counters counters;
  Orders orders;
};

Json snapshot(const Exchange& exchange) {
  rusage usage{};
  check(::getrusage(RUSAGE_SELF, &usage), "getrusage");
  return {{"type", "snapshot"},
          {"user_ns", nanoseconds_of(usage.ru_utime)},
          {"system_ns", nanoseconds_of(usage.ru_stime)},
          {"voluntary", usage.ru_nvcsw},
          {"involuntary", usage.ru_nivcsw},
          {"effective", exchange.effective.json()},
          {"counters", exchange.counters.json()}};
}

/// Answers snapshots and hands orders on until told to stop; a harness that is gone also means
/// stop.
void answer(const ControlChannel& channel, Exchange& exchange) {
  try {
    while (auto message = channel.receive()) {
      if (type_of(*message) == "stop") break;
      if (type_of(*message) == "snapshot") channel.send(snapshot(exchange));
      if (type_of(*message) == "order") exchange.orders.add(std::move(*message));
    }
  } catch (const Error&) {
    // The channel broke, which is how a crash of the harness looks from here.
  }
  exchange.stop.raise();
  exchange.orders.close();
}

/// A backend or, by a name that no backend has, one of the scenario's references.
const Backend& find_program(const std::string& name, const Scenario& scenario,
                            std::span<const Backend> backends) {
  if (scenario.references != nullptr) {
    const auto references = scenario.references();
    const auto found = std::ranges::find(references, name, &Backend::name);
    if (found != references.end()) return *found;
  }
  return find_named("backend", name, backends);
}

void require(const Availability& availability) {
  if (!availability.yes) throw Unavailable(availability.reason, availability.mend);
}

void run_cell(const ControlChannel& channel, const Json& start, std::span<const int> sockets,
              std::span<const Backend> backends, std::span<const Scenario> scenarios) {
  const Scenario& scenario =
      find_named("scenario", start.at("scenario").get<std::string>(), scenarios);
  const Backend& backend = find_program(start.at("backend").get<std::string>(), scenario, backends);
  // What ps(1) and top(1) show, so that whoever looks on sees which backend it is.
  ::prctl(PR_SET_NAME, std::string(backend.name).c_str());
  require(backend.available());
  const Cell* const cell = backend.cell(scenario.name);
  if (cell == nullptr) throw Error(fmt::format("{} has no {}", backend.name, scenario.name));
  if (cell->available != nullptr) require(cell->available());
  Exchange exchange;
  std::jthread control =
      start_thread("the harness's questions", [&] { answer(channel, exchange); });
  try {
    scenario.run_cell(
        backend, start.at("params"),
        {.listeners = sockets,
         .stop = exchange.stop,
         .effective = [&](std::string_view name,
                          std::string_view value) { exchange.effective.record(name, value); },
         .setup = start.at("setup"),
         .count = [&](std::string_view name,
                      std::uint64_t count) { exchange.counters.add(name, count); },
         .next_order = [&] { return exchange.orders.next(); },
         .done =
             [&](Json report) {
               report["type"] = "done";
               channel.send(report);
             },
         .ready =
             [&] {
               channel.send({{"type", "ready"}, {"backend_version", backend.version()}});
             }});
    if (!exchange.stop.raised()) throw Error("the cell returned before it was told to stop");
  } catch (...) {
    channel.stop_receiving();
    throw;
  }
  control.join();
  channel.send({{"type", "stopped"}});
}

}  // namespace

int run_cell_process(UniqueFd control, std::vector<UniqueFd> listeners,
                     std::span<const Backend> backends, std::span<const Scenario> scenarios) {
  std::vector<int> sockets;
  for (const UniqueFd& listener : listeners) sockets.push_back(listener.get());
  return run_helper(std::move(control), [&](const ControlChannel& channel, const Json& start) {
    run_cell(channel, start, sockets, backends, scenarios);
  });
}

}  // namespace ringside
