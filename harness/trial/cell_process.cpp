#include "harness/trial/cell_process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "backends/backend.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/stop_signal.hpp"
#include "harness/measure/limits.hpp"
#include "harness/trial/control.hpp"
#include "harness/version.hpp"
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

std::int64_t nanoseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_usec} * 1'000;
}

Json snapshot(const EffectiveFacts& effective) {
  rusage usage{};
  check(::getrusage(RUSAGE_SELF, &usage), "getrusage");
  return {{"type", "snapshot"},
          {"user_ns", nanoseconds(usage.ru_utime)},
          {"system_ns", nanoseconds(usage.ru_stime)},
          {"voluntary", usage.ru_nvcsw},
          {"involuntary", usage.ru_nivcsw},
          {"effective", effective.json()}};
}

/// Answers snapshots until told to stop; a harness that is gone also means stop.
void answer(const ControlChannel& channel, const EffectiveFacts& effective,
            const StopSignal& stop) {
  try {
    while (const auto message = channel.receive()) {
      if (type_of(*message) == "stop") break;
      if (type_of(*message) == "snapshot") channel.send(snapshot(effective));
    }
  } catch (const Error&) {
    // The channel broke, which is how a crash of the harness looks from here.
  }
  stop.raise();
}

/// The harness must never be outlived: not after its crash. Ctrl-C and SIGTERM are for it to
/// handle: terminals, timeout(1) and service managers send them to all processes alike.
void tie_to_harness() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

void run_cell(const ControlChannel& channel, const Json& start, std::span<const int> sockets,
              std::span<const Backend> backends, std::span<const Scenario> scenarios) {
  const Backend& backend = find_named("backend", start.at("backend").get<std::string>(), backends);
  const Scenario& scenario =
      find_named("scenario", start.at("scenario").get<std::string>(), scenarios);
  const Availability availability = backend.available();
  if (!availability.yes) {
    channel.send(
        {{"type", "unavailable"}, {"reason", availability.reason}, {"mend", availability.mend}});
    return;
  }
  channel.send({{"type", "ready"}, {"backend_version", backend.version()}});
  const StopSignal stop;
  EffectiveFacts effective;
  std::jthread control([&] { answer(channel, effective, stop); });
  try {
    scenario.run_cell(backend, start.at("params"),
                      {.listeners = sockets,
                       .stop = stop,
                       .effective = [&](std::string_view name, std::string_view value) {
                         effective.record(name, value);
                       }});
    if (!stop.raised()) throw Error("the cell returned before it was told to stop");
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
  tie_to_harness();
  raise_descriptor_limit();
  std::vector<int> sockets;
  for (const UniqueFd& listener : listeners) sockets.push_back(listener.get());

  const ControlChannel channel(std::move(control));
  channel.send({{"type", "hello"}, {"protocol", control_protocol}, {"ringside", version}});
  const auto start = channel.receive();
  if (!start) return 0;
  try {
    if (type_of(*start) != "start" || start->value("protocol", 0) != control_protocol) {
      throw Error("the harness speaks another protocol");
    }
    run_cell(channel, *start, sockets, backends, scenarios);
    return 0;
  } catch (const Error& failure) {
    channel.send({{"type", "failed"}, {"reason", failure.what()}, {"mend", failure.mend()}});
  } catch (const std::exception& failure) {
    channel.send({{"type", "failed"}, {"reason", failure.what()}, {"mend", ""}});
  }
  return 1;
}

}  // namespace ringside
