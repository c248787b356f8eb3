// What a scenario is to the harness: a plain value in one table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "harness/load/io_choice.hpp"

namespace ringside {

class Load;
class StopSignal;
class ThreadTeam;
struct Backend;
struct Options;

/// What a cell's process has to give to its cell.
struct CellEnvironment {
  std::span<const int> listeners;  ///< owned by the process
  const StopSignal& stop;
  std::function<void(std::string_view name, std::string_view value)> effective;
};

/// What a load needs beside the parameters.
struct LoadEnvironment {
  ThreadTeam& team;             ///< the threads it runs on
  std::size_t targets = 0;      ///< backends of the round
  std::uint64_t seed = 0;       ///< of what it sends
  LoadIo io = LoadIo::epoll;    ///< what it drives its sockets with
  const StopSignal& interrupt;  ///< raised when the user wants to end the run
};

/// One kind of work that backends are compared at. Parameters travel as JSON, in the form that the
/// results and the control channel have; only the scenario itself looks inside.
struct Scenario {
  std::string_view name;
  std::string_view summary;  ///< one line for `ringside list`

  /// Whether the backend has a cell for this scenario.
  bool (*offered)(const Backend& backend) = nullptr;

  /// Every set of parameters that the options ask for. Throws Error for impossible ones.
  std::vector<Json> (*sweep)(const Options& options) = nullptr;

  /// "64 connections x 128 B": the parameters for a person.
  std::string (*describe)(const Json& params) = nullptr;

  /// Listening sockets that a cell is given.
  std::size_t (*listeners)(const Json& params) = nullptr;

  /// Descriptors that the load needs for one backend; the backend's own process needs as many.
  std::size_t (*descriptors)(const Json& params) = nullptr;

  /// Runs the backend's cell until it is told to stop. Called in the cell's process.
  void (*run_cell)(const Backend& backend, const Json& params,
                   const CellEnvironment& environment) = nullptr;

  /// The load for one round, in the harness's process.
  std::unique_ptr<Load> (*make_load)(const Json& params,
                                     const LoadEnvironment& environment) = nullptr;
};

/// Every scenario, in the order in which they are shown.
std::span<const Scenario> scenarios();

}  // namespace ringside
