#include "harness/cli/serve.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "backends/backend.hpp"
#include "backends/tasks/echo.hpp"
#include "base/error.hpp"
#include "base/names.hpp"
#include "base/net/listen.hpp"
#include "base/stop_signal.hpp"
#include "harness/cli/queue_watch.hpp"
#include "harness/cli/terminal.hpp"
#include "harness/manual/known_values.hpp"
#include "harness/measure/limits.hpp"
#include "harness/session/interrupt.hpp"

namespace ringside {

namespace {

struct ServeOptions {
  std::string scenario;
  std::string backend;
  std::string listen = "127.0.0.1:7000";
  std::size_t threads = 1;
  std::size_t buffer_bytes = 16384;
};

std::vector<std::string_view> served_scenarios() {
  return {"echo"};
}

void serve(const ServeOptions& options, std::span<const Backend> backends) {
  if (options.scenario != "echo")
    throw unknown_name("scenario", options.scenario, served_scenarios());
  const Backend& backend = find_named("backend", options.backend, backends);
  const Availability availability = backend.available();
  if (!availability.yes) {
    throw Error(fmt::format("{} cannot run here: {}", backend.name, availability.reason),
                availability.mend);
  }
  raise_descriptor_limit();
  const Listeners listeners = listen_shared(parse_endpoint(options.listen), options.threads);
  std::vector<int> sockets;
  for (const UniqueFd& socket : listeners.sockets) sockets.push_back(socket.get());

  const StopSignal stop;
  raise_on_signals(stop);
  const Endpoint& endpoint = listeners.endpoints.front();
  std::optional<QueueWatch> watch;
  const auto announce = [&] {
    // Before clients are invited: they may take the last thread.
    watch.emplace(sockets,
                  [](const std::string& said) { tell(fmt::format("ringside: {}\n", said)); });
    const std::string where = fmt::format(
        "{} serves echo on {}{}; stop it with Ctrl-C\n", backend.name, to_string(endpoint),
        is_loopback(endpoint) ? "" : " (reachable from other machines)");
    // It serves all the same, and somebody may still read the other stream.
    if (!succeeds([&] { put_output(where); })) tell(where);
  };
  backend.run(EchoTask{.listeners = sockets,
                       .buffer_bytes = options.buffer_bytes,
                       .stop = stop,
                       .effective = [](std::string_view, std::string_view) {},
                       .ready = announce});
}

}  // namespace

void add_serve(CLI::App& app, std::span<const Backend> backends) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Run one cell for any other client");
  know_words(command->add_option("scenario", options->scenario, "Which scenario: echo"),
             served_scenarios())
      ->required();
  know_words(command->add_option("--backend", options->backend, "Which backend"),
             names_of(backends))
      ->required();
  command->add_option("--listen", options->listen, "HOST:PORT, loopback unless you say otherwise")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Event-loop threads, sharing the port")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->callback([options, backends] { serve(*options, backends); });
}

}  // namespace ringside
