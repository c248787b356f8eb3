#include "harness/session/gate_session.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/names.hpp"
#include "base/stop_signal.hpp"
#include "harness/record/jsonl.hpp"
#include "harness/report/compare/machines.hpp"
#include "harness/report/gate/gate_rounds.hpp"
#include "scenarios/scenario.hpp"

namespace ringside {

namespace {

using Clock = std::chrono::steady_clock;

/// One gate while it is being measured.
class Session {
 public:
  Session(const std::vector<GateWork>& work, const GateRules& rules,
          std::span<const Scenario> scenarios, const Bench& bench, JsonlWriter& trials);

  /// One round of every comparison that is open. Returns false when there is no time for the rest
  /// of it, or no point.
  bool measure_round(int number);
  void look(const Look& look);
  void look_last() { look(last_look(looked_after_ + 1)); }

  std::size_t open() const;
  GateResult take_result();

 private:
  void measure(std::size_t at, int number);
  void take_in(std::size_t at, std::vector<Measurement> sides);
  void compare_ways(std::size_t at, const Measurement& base, const Measurement& head);
  bool is_open(std::size_t at) const {
    return !judge_.decided(at) && !rows_[at].failed && !rows_[at].skipped;
  }
  bool time_for(std::size_t at) const { return Clock::now() + longest_[at] <= end_; }
  int possible_rounds() const;
  void explain(GateRow& row, std::size_t at) const;

  const std::vector<GateWork>& work_;
  const GateRules& rules_;
  std::span<const Scenario> scenarios_;
  const Bench& bench_;
  JsonlWriter& trials_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point end_;
  std::mt19937_64 seeds_;
  Judge judge_;
  std::vector<GateRow> rows_;
  std::vector<GateRounds> rounds_;
  std::vector<std::chrono::nanoseconds> longest_;  // round of each comparison
  int looked_after_ = 0;
  std::vector<std::string> warnings_;
  bool wrong_data_ = false;
};

Session::Session(const std::vector<GateWork>& work, const GateRules& rules,
                 std::span<const Scenario> scenarios, const Bench& bench, JsonlWriter& trials)
    : work_(work),
      rules_(rules),
      scenarios_(scenarios),
      bench_(bench),
      trials_(trials),
      end_(start_ + rules.budget),
      seeds_(rules.seed),
      judge_(work.size(), std::log1p(rules.margin)),
      longest_(work.size()) {
  for (const GateWork& one : work) {
    GateRow row;
    row.scenario = one.round.scenario;
    row.params = one.round.params;
    row.backend = one.backend;
    row.metric = one.metric;
    rows_.push_back(std::move(row));
    rounds_.push_back(one.base ? GateRounds(one.metric, one.base->logs) : GateRounds(one.metric));
  }
}

std::size_t Session::open() const {
  std::size_t count = 0;
  for (std::size_t at = 0; at < work_.size(); ++at) count += is_open(at) ? 1 : 0;
  return count;
}

bool Session::measure_round(int number) {
  for (std::size_t at = 0; at < work_.size(); ++at) {
    if (!is_open(at)) continue;
    if (!time_for(at)) return false;
    const Clock::time_point begin = Clock::now();
    measure(at, number);
    longest_[at] = std::max<std::chrono::nanoseconds>(longest_[at], Clock::now() - begin);
    if (wrong_data_ || bench_.interrupt.raised()) return false;
  }
  return true;
}

void Session::measure(std::size_t at, int number) {
  Round round = work_[at].round;
  round.number = number;
  round.seed = seeds_();
  const Scenario& scenario = find_named("scenario", round.scenario, scenarios_);
  std::vector<Measurement> sides = run_round(round, scenario, bench_);
  for (Measurement& measurement : sides) {
    // So that a report of this folder compares the builds, and never two backends that were not
    // measured in the same slices.
    measurement.params["backend"] = work_[at].backend;
    const bool is_base = !work_[at].base && (measurement.baseline || measurement.control);
    measurement.backend = is_base ? "base" : "head";
    trials_.append(to_json(measurement));
    wrong_data_ |= measurement.wrong_data;
  }
  take_in(at, std::move(sides));
}

void Session::take_in(std::size_t at, std::vector<Measurement> sides) {
  GateRow& row = rows_[at];
  if (sides.size() != work_[at].round.trials.size()) return;  // interrupted
  for (const Measurement& side : sides) {
    if (side.status == Status::ok) continue;
    row.reason = fmt::format("{}: {}", side.backend, side.reason);
    row.failed |= side.status == Status::failed;
    row.skipped |= side.status == Status::skipped;
    return;  // an invalid round counts for nothing, and the next one may be right
  }
  if (rounds_[at].count() == 0) {
    compare_ways(at, work_[at].base ? work_[at].base->example : sides.front(),
                 work_[at].base ? sides.front() : sides.back());
  }
  if (work_[at].base) {
    rounds_[at].add(
        {.base = std::nullopt, .control = std::move(sides[1]), .head = std::move(sides[0])});
  } else {
    rounds_[at].add(
        {.base = std::move(sides[0]), .control = std::move(sides[1]), .head = std::move(sides[2])});
  }
}

void Session::look(const Look& look) {
  looked_after_ = look.rounds;
  std::vector<Evidence> evidence;
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    if (is_open(at)) {
      rows_[at].evidence = rounds_[at].evidence();
      rows_[at].rounds = rounds_[at].count();
      rows_[at].slowdowns = rounds_[at].slowdowns();
      rows_[at].controls = rounds_[at].controls();
    }
    // What broke takes no part any more, but stays in the family.
    const bool broken = rows_[at].failed || rows_[at].skipped;
    evidence.push_back(broken ? Evidence{} : rows_[at].evidence);
  }
  judge_.look(evidence, look);
}

/// Two builds may do their work in other ways, which the reader should know. An earlier run that
/// was measured in another way is no base.
void Session::compare_ways(std::size_t at, const Measurement& base, const Measurement& head) {
  GateRow& row = rows_[at];
  const RunDifferences differ = row_differences(row.backend, base, head);
  if (work_[at].base && !differ.grave.empty()) {
    row.failed = true;
    row.reason =
        fmt::format("the base was measured in another way: {}", fmt::join(differ.grave, "; "));
  }
  for (const auto& sentences : {differ.grave, differ.slight}) {
    for (const std::string& sentence : sentences) {
      // Many rows may say the same.
      if (std::ranges::find(warnings_, sentence) == warnings_.end()) warnings_.push_back(sentence);
    }
  }
}

/// How many rounds of everything the budget allows: what a slowdown would have had to be found in.
int Session::possible_rounds() const {
  std::chrono::nanoseconds one{};
  for (const std::chrono::nanoseconds& longest : longest_) one += longest;
  const auto most = one.count() == 0 ? 0 : rules_.budget / one;
  return static_cast<int>(std::min<std::int64_t>(most, looks().back().rounds));
}

void Session::explain(GateRow& row, std::size_t at) const {
  if (row.failed || row.skipped || row.judgement.answer != Answer::inconclusive) return;
  if (rounds_[at].saturated()) {
    row.reason =
        "the load generator was saturated, so throughput is only a lower bound; use --metric cpu";
  } else if (row.rounds < 2 && row.reason.empty()) {
    row.reason = "there was no time for two rounds: give more with --budget, or compare less";
  }
}

GateResult Session::take_result() {
  GateResult result{.base = {}, .head = {}, .margin = rules_.margin, .budget = rules_.budget};
  result.elapsed = Clock::now() - start_;
  result.wrong_data = wrong_data_;
  const int possible = possible_rounds();
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    GateRow& row = rows_[at];
    row.judgement = judge_.judgements()[at];
    // More rounds of the head make nothing clearer where the base's are what they are.
    const int rounds = work_[at].base ? row.rounds : std::max(possible, row.rounds);
    row.smallest_visible = smallest_visible_slowdown(row.evidence.slowdown, row.rounds, rounds,
                                                     rows_.size(), std::log1p(rules_.margin));
    explain(row, at);
  }
  result.warnings = std::move(warnings_);
  result.rows = std::move(rows_);
  return result;
}

}  // namespace

std::vector<GateWork> make_gate_work(const Plan& plan, const GatePrograms& programs) {
  std::vector<GateWork> work;
  for (const Round& round : plan.rounds) {
    for (const Trial& trial : round.trials) {
      if (trial.reference) continue;
      GateWork one{.backend = trial.backend, .metric = Metric::cpu_per_op, .round = round};
      one.round.windows.audit =
          false;  // base and head have the same slices, and no tails are judged
      one.round.trials = {
          {.backend = trial.backend, .baseline = true, .program = programs.base},
          {.backend = trial.backend, .control = true, .program = programs.base},
          {.backend = trial.backend, .program = programs.head},
      };
      work.push_back(std::move(one));
    }
  }
  return work;
}

GateResult run_gate(const std::vector<GateWork>& work, const GateRules& rules,
                    std::span<const Scenario> scenarios, const Bench& bench, JsonlWriter& trials,
                    const std::function<void(const std::string&)>& tell) {
  Session session(work, rules, scenarios, bench, trials);
  const int most = looks().back().rounds;
  for (int number = 1; number <= most && session.open() > 0; ++number) {
    if (!session.measure_round(number)) {
      session.look_last();
      break;
    }
    const auto look = look_after(number);
    if (!look) continue;
    session.look(*look);
    tell(fmt::format("after {} rounds: {} of {} decided", number, work.size() - session.open(),
                     work.size()));
  }
  return session.take_result();
}

}  // namespace ringside
