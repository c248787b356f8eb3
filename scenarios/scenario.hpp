// What a scenario is to the harness: a plain value in one table.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/work_words.hpp"
#include "harness/load/io_choice.hpp"
#include "scenarios/parameters.hpp"

namespace ringside {

class Load;
class StopSignal;
class ThreadTeam;
struct Backend;

/// What a cell's process has to give to its cell.
struct CellEnvironment {
  std::span<const int> listeners;  ///< owned by the process
  const StopSignal& stop;
  std::function<void(std::string_view name, std::string_view value)> effective;
  const Json& setup;  ///< what the load had to say to this cell alone, see Load::cell_setup

  /// Adds to a counter of the scenario's own: LoadFigures come from the load, these from the cell.
  std::function<void(std::string_view name, std::uint64_t count)> count;

  /// For scenarios whose load hands work to the cell (Target::ask): waits for the next order, empty
  /// when the cell must return; and the answer to it.
  std::function<std::optional<Json>()> next_order;
  std::function<void(Json report)> done;

  /// Called once, from any thread, when the cell serves or waits for its first order.
  std::function<void()> ready = [] {};
};

/// What a scenario's loads leave to those of later rounds, because making it anew would take too
/// long. It ends with the run, also when that is interrupted.
class Keepsake {
 public:
  Keepsake() = default;
  Keepsake(const Keepsake&) = delete;
  Keepsake& operator=(const Keepsake&) = delete;
  virtual ~Keepsake() = default;
};

/// What a load needs beside the parameters.
struct LoadEnvironment {
  ThreadTeam& team;                ///< the threads it runs on
  std::size_t targets = 0;         ///< backends of the round
  std::uint64_t seed = 0;          ///< of what it sends
  LoadIo io = LoadIo::epoll;       ///< what it drives its sockets with
  const StopSignal& interrupt;     ///< raised when the user wants to end the run
  std::filesystem::path folder{};  ///< of the run's results; files may be put there for a while

  /// Where this scenario's loads find what earlier ones have left: empty at first. Null in rounds
  /// that stand alone.
  std::unique_ptr<Keepsake>* kept = nullptr;
};

/// What a round of one set of parameters needs open at once.
struct DescriptorNeeds {
  std::size_t in_cell = 0;  ///< in the process of one cell
  std::size_t in_load = 0;  ///< for each backend, in whichever process of the load needs most
};

/// Operations that are under way at once.
struct Population {
  std::uint64_t operations = 0;
  bool exact = true;  ///< always so many: a closed loop; else so many at most
};

/// The parts of an operation that figures are given for as well.
struct SubOperations {
  std::string_view name;  ///< singular, as in figures: "sub_request"
  std::size_t count = 1;
};

/// Who works while a window lasts, and so may use the CPUs.
enum class CpuUsers {
  cell_and_load,  ///< each on CPUs of its own
  cell_alone,     ///< the load only waits: the cell may use all CPUs of both
};

/// Lengths that slices must have at least, where the user gives none.
struct SliceLengths {
  std::chrono::milliseconds warmup{};
  std::chrono::milliseconds measured{};
};

/// One kind of work that backends are compared at. Parameters travel as JSON, in the form that the
/// results and the control channel have; only the scenario itself looks inside.
struct Scenario {
  std::string_view name;
  std::string_view summary;  ///< one line for `ringside list`

  std::string_view title{};  ///< of its flags in --help: "File copy"

  std::span<const Parameter> parameters{};

  /// Throws Error for a set of parameters, each within its bounds, that cannot be run anywhere,
  /// such as more threads than connections. Null: there is none.
  void (*check)(const Json& params) = nullptr;

  /// What its work is called; which parameters follow others is taken from their table. Null: an
  /// operation is an "operation".
  WorkWords (*words)(const Json& params) = nullptr;

  /// "64 connections x 128 B": the parameters for a person.
  std::string (*describe)(const Json& params) = nullptr;

  /// Listening sockets that a cell is given.
  std::size_t (*listeners)(const Json& params) = nullptr;

  DescriptorNeeds (*descriptors)(const Json& params) = nullptr;

  /// How many operations are in the system while a window lasts, for Little's law.
  Population (*population)(const Json& params) = nullptr;

  CpuUsers cpu_users = CpuUsers::cell_and_load;

  /// Beside what follows from the turns of a closed loop.
  SliceLengths least_slice{};

  /// Why this set of parameters must be measured in whole windows; empty when slices serve. Null:
  /// they always do.
  std::string (*whole_windows)(const Json& params) = nullptr;

  /// What readers must know of every figure taken with these parameters. Null: nothing.
  std::vector<std::string> (*caveats)(const Json& params) = nullptr;

  /// What one operation is made of ("sub_request"), and how many of them there are. Null: it is not
  /// divided.
  SubOperations (*sub_operations)(const Json& params) = nullptr;

  /// Programs that are no backends but what a user would otherwise do: measured in the same rounds,
  /// shown apart, never ranked. Null: none.
  std::span<const Backend> (*references)() = nullptr;

  /// Runs the cell of the backend, which offers the scenario, until it is told to stop. Called in
  /// the cell's process.
  void (*run_cell)(const Backend& backend, const Json& params,
                   const CellEnvironment& environment) = nullptr;

  /// Takes away what runs of this user that were killed have left on the disk, wherever they ran.
  /// Null: a killed run leaves nothing. Never throws.
  void (*remove_left_over)() = nullptr;

  /// The load for one round, in the harness's process. Throws Unavailable where this round cannot
  /// run on this machine, Error where it goes wrong: every backend of the round then says so.
  std::unique_ptr<Load> (*make_load)(const Json& params,
                                     const LoadEnvironment& environment) = nullptr;
};

/// Every scenario, in the order in which they are shown.
std::span<const Scenario> scenarios();

}  // namespace ringside
