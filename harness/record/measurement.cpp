#include "harness/record/measurement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/record/histogram_codec.hpp"
#include "harness/record/json_reader.hpp"
#include "harness/record/work_words.hpp"

namespace ringside {

namespace {

constexpr std::string_view schema = "ringside.trial/1";
constexpr std::string_view not_finite = "not a finite number";
constexpr double ns_per_s = 1e9;
constexpr double longest_s = 1e9;  // thirty years; keeps the nanoseconds within 64 bits

constexpr std::array status_names = {
    std::pair{Status::ok, std::string_view("ok")},
    std::pair{Status::failed, std::string_view("failed")},
    std::pair{Status::skipped, std::string_view("skipped")},
    std::pair{Status::invalid, std::string_view("invalid")},
};

bool has_figures(Status status) noexcept {
  return status == Status::ok || status == Status::invalid;
}

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

/// The object that `write` makes of the figure, or the same names with null and the reason.
template <typename T, typename Write>
Json measured_object(const Measured<T>& figure, Write write) {
  Json object = write(figure ? *figure : T{});
  const bool finite = std::ranges::none_of(object, [](const Json& value) {
    return value.is_number_float() && !std::isfinite(value.get<double>());
  });
  if (figure && finite) return object;
  for (Json& value : object) value = nullptr;
  object["reason"] = figure ? std::string(not_finite) : figure.reason;
  return object;
}

/// Writes figures that were measured apart into one object, their reasons under "reasons".
class FigureWriter {
 public:
  template <typename T>
  FigureWriter& add(const char* name, const Measured<T>& figure) {
    bool finite = true;
    if constexpr (std::is_floating_point_v<T>) finite = !figure || std::isfinite(*figure);
    object_[name] = figure && finite ? Json(*figure) : Json();
    if (!figure || !finite) reasons_[name] = figure ? std::string(not_finite) : figure.reason;
    return *this;
  }

  Json finish() {
    if (!reasons_.empty()) object_["reasons"] = std::move(reasons_);
    return std::move(object_);
  }

 private:
  Json object_ = Json::object();
  Json reasons_ = Json::object();
};

Json write_context_switches(const ContextSwitches& switches) {
  return {{"voluntary", switches.voluntary},
          {"involuntary", switches.involuntary},
          {"total", switches.voluntary + switches.involuntary},
          {"per_op", switches.per_op},
          {"source", switches.source}};
}

Json write_cpu(const CpuUse& cpu) {
  return {{"user_ns_per_op", cpu.user_ns_per_op},
          {"system_ns_per_op", cpu.system_ns_per_op},
          {"total_ns_per_op", cpu.total_ns_per_op},
          {"utilisation", cpu.utilisation}};
}

Json write_syscalls(const SystemCalls& syscalls) {
  return {{"per_op", syscalls.per_op}, {"source", syscalls.source}};
}

Json write_slices(const Slices& slices) {
  Json object = {{"order", slices.order},
                 {"ops", slices.ops},
                 {"elapsed_ns", slices.elapsed_ns},
                 {"cpu_ns", slices.cpu_ns}};
  if (slices.work_ops.empty()) return object;
  object["work_ops"] = slices.work_ops;
  object["first_half_ops"] = slices.first_half_ops;
  object["first_half_ns"] = slices.first_half_ns;
  object["response_ns"] = slices.response_ns;
  object["idle_ns"] = slices.idle_ns;
  object["started"] = slices.started;
  return object;
}

Json or_null(const std::optional<std::int64_t>& value) {
  return value ? Json(*value) : Json();
}

Json write_windows(const WindowLengths& windows) {
  return {
      {"kind", windows.whole ? "whole" : "slice"},   {"warmup_ns", windows.warmup_ns},
      {"measured_ns", windows.measured_ns},          {"rotation_ns", or_null(windows.rotation_ns)},
      {"settling_ns", or_null(windows.settling_ns)}, {"unsettled", windows.unsettled}};
}

Json write_conservation(const Conservation& operations) {
  return {{"started", operations.started},
          {"completed_in_window", operations.completed_in_window},
          {"completed_after", operations.completed_after},
          {"failed", operations.failed}};
}

Json write_audit(const Audit& audit) {
  Json times = Json::object();
  for (const auto& [name, histogram] : audit.times) times[name] = encode_histogram(histogram);
  return {{"windows", audit.windows},
          {"elapsed_s", static_cast<double>(audit.elapsed_ns) / ns_per_s},
          {"work_ops", audit.work_ops},
          {"throughput_ops_per_s", audit.throughput_ops_per_s()},
          {"cpu_ns_per_op", audit.cpu_ns_per_op},
          {"latency_ns", latency_to_json(audit.latency)},
          {"histogram", encode_histogram(audit.latency)},
          {"times", times}};
}

/// What decides which figures of a trial mean something.
void write_ground(Json& line, const Measurement& trial) {
  if (trial.windows) line["windows"] = write_windows(*trial.windows);
  if (trial.cpus) {
    line["cpus"] = {{"backend", trial.cpus->backend},
                    {"load", trial.cpus->load},
                    {"together", trial.cpus->together}};
  }
  if (trial.in_system) {
    line["in_system"] = {{"operations", trial.in_system->operations},
                         {"exact", trial.in_system->exact}};
  }
  if (trial.conservation) line["conservation"] = write_conservation(*trial.conservation);
  if (!trial.windows) return;
  line["audit"] = measured_object(trial.audit, write_audit);
  if (trial.audit && trial.audit->after_slices > 0) {
    line["audit"]["after_slices"] = trial.audit->after_slices;
    const BesideAudit beside = beside_audit(trial).value_or(BesideAudit{});
    line["audit"]["slices_beside"] = {{"throughput_ops_per_s", beside.throughput_ops_per_s},
                                      {"cpu_ns_per_op", beside.cpu_ns_per_op},
                                      {"p50_ns", or_null(trial.audit->beside_p50_ns)},
                                      {"p90_ns", or_null(trial.audit->beside_p90_ns)}};
  }
  // Shown nowhere, so that it can be seen why.
  for (const auto& [name, percentile] :
       {std::pair{"slices_p99_ns", 99.0}, std::pair{"slices_p99_9_ns", 99.9}}) {
    const auto tail = trial.latency.all().supported_percentile(percentile);
    if (trial.audit && tail) line["audit"][name] = tail->count();
  }
}

Json write_generator(const Measured<GeneratorUse>& use) {
  const GeneratorUse generator = use ? *use : GeneratorUse{};
  Json object = {{"cpu_utilisation", number_or_null(generator.cpu_utilisation)},
                 {"cpu_ns_per_op", number_or_null(generator.cpu_ns_per_op)},
                 {"saturated", generator.saturated},
                 {"least_ops_per_connection", generator.least_ops_per_connection},
                 {"most_ops_per_connection", generator.most_ops_per_connection},
                 {"io", text_or_null(generator.io)},
                 {"io_reason", text_or_null(generator.io_reason)}};
  if (use) return object;
  for (Json& value : object) value = nullptr;
  object["reason"] = use.reason;
  return object;
}

Json write_noise(const Noise& noise) {
  return FigureWriter()
      .add("steal_s", noise.steal_s)
      .add("throttled", noise.throttled)
      .add("cacheline_ns", noise.cacheline_ns)
      .add("other_cpu_share", noise.other_cpu_share)
      .finish();
}

void write_figures(Json& line, const Measurement& trial) {
  const double elapsed_s = static_cast<double>(trial.elapsed_ns) / ns_per_s;
  line["elapsed_s"] = elapsed_s;
  line["ops"] = trial.ops;
  if (trial.work_ops) line["work_ops"] = number_or_null(*trial.work_ops);
  line["verified_ops"] = trial.verified_ops;
  line["bytes"] = trial.bytes;
  const bool has_rate = trial.elapsed_ns > 0;
  line["throughput_ops_per_s"] = has_rate ? Json(trial.throughput_ops_per_s()) : Json();
  line["throughput_bytes_per_s"] =
      has_rate ? Json(static_cast<double>(trial.bytes) / elapsed_s) : Json();
  line["latency_ns"] = latency_to_json(trial.latency);
  line["histogram"] = encode_histogram(trial.latency.all());
}

Json write_times(const std::map<std::string, Latencies>& times) {
  Json object = Json::object();
  for (const auto& [name, histogram] : times) {
    object[name] = {{"latency_ns", latency_to_json(histogram)},
                    {"histogram", encode_histogram(histogram.all())}};
  }
  return object;
}

Json write_own_figures(const std::map<std::string, Measured<double>>& figures) {
  FigureWriter writer;
  for (const auto& [name, figure] : figures) writer.add(name.c_str(), figure);
  return writer.finish();
}

void write_no_figures(Json& line) {
  for (const char* name : {"elapsed_s", "ops", "verified_ops", "bytes", "throughput_ops_per_s",
                           "throughput_bytes_per_s", "latency_ns", "histogram"}) {
    line[name] = nullptr;
  }
}

/// Reads what measured_object has written: by its first member it is told whether there is a
/// figure.
template <typename T, typename Read>
Measured<T> read_measured(const JsonReader& line, const char* name, const char* first, Read read) {
  const JsonReader object = line.object(name);
  if (!object.has(first)) return Measured<T>::unknown(object.text("reason"));
  return Measured<T>(read(object));
}

template <typename T>
Measured<T> read_figure(const JsonReader& object, const char* name) {
  if (object.has(name)) {
    if constexpr (std::is_floating_point_v<T>)
      return Measured<T>(object.amount(name));
    else
      return Measured<T>(object.count(name));
  }
  object.member(name);
  return Measured<T>::unknown(object.object("reasons").text(name));
}

ContextSwitches read_context_switches(const JsonReader& object) {
  return {.voluntary = object.count("voluntary"),
          .involuntary = object.count("involuntary"),
          .per_op = object.amount("per_op"),
          .source = object.text("source")};
}

CpuUse read_cpu(const JsonReader& object) {
  return {.user_ns_per_op = object.amount("user_ns_per_op"),
          .system_ns_per_op = object.amount("system_ns_per_op"),
          .total_ns_per_op = object.amount("total_ns_per_op"),
          .utilisation = object.amount("utilisation")};
}

SystemCalls read_syscalls(const JsonReader& object) {
  return {.per_op = object.amount("per_op"), .source = object.text("source")};
}

std::vector<std::int64_t> read_durations(const JsonReader& object, const char* name) {
  std::vector<std::int64_t> result;
  for (const std::uint64_t value : object.counts(name)) {
    if (value > std::uint64_t{INT64_MAX} / 1024) object.reject(name, "hold possible nanoseconds");
    result.push_back(static_cast<std::int64_t>(value));
  }
  return result;
}

std::vector<double> read_amounts(const JsonReader& object, const char* name) {
  const Json& list = object.member(name);
  if (!list.is_array()) object.reject(name, "be a list of numbers");
  std::vector<double> result;
  for (const Json& value : list) {
    if (!value.is_number() || !(value.get<double>() >= 0)) {
      object.reject(name, "hold numbers that are not negative");
    }
    result.push_back(value.get<double>());
  }
  return result;
}

Slices read_slices(const JsonReader& object) {
  Slices slices;
  for (const std::uint64_t place : object.counts("order")) {
    if (place > UINT32_MAX) object.reject("order", "hold places in a cycle");
    slices.order.push_back(static_cast<std::uint32_t>(place));
  }
  slices.ops = object.counts("ops");
  slices.elapsed_ns = read_durations(object, "elapsed_ns");
  slices.cpu_ns = read_durations(object, "cpu_ns");
  std::vector<std::size_t> lengths = {slices.ops.size(), slices.elapsed_ns.size(),
                                      slices.cpu_ns.size()};
  if (object.has("work_ops")) {
    slices.work_ops = read_amounts(object, "work_ops");
    slices.first_half_ops = read_amounts(object, "first_half_ops");
    slices.first_half_ns = read_durations(object, "first_half_ns");
    slices.response_ns = read_durations(object, "response_ns");
    slices.idle_ns = read_durations(object, "idle_ns");
    slices.started = object.counts("started");
    for (const std::size_t length :
         {slices.work_ops.size(), slices.first_half_ops.size(), slices.first_half_ns.size(),
          slices.response_ns.size(), slices.idle_ns.size(), slices.started.size()}) {
      lengths.push_back(length);
    }
  }
  for (const std::size_t length : lengths) {
    if (length != slices.order.size()) {
      object.reject("order", "have as many entries as the other lists");
    }
  }
  return slices;
}

std::int64_t read_duration(const JsonReader& object, const char* name) {
  const std::uint64_t value = object.count(name);
  if (value > std::uint64_t{INT64_MAX} / 1024) object.reject(name, "be possible nanoseconds");
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> read_maybe_duration(const JsonReader& object, const char* name) {
  return object.has(name) ? std::optional(read_duration(object, name)) : std::nullopt;
}

WindowLengths read_windows(const JsonReader& object) {
  const std::string kind = object.text("kind");
  if (kind != "whole" && kind != "slice") object.reject("kind", "be whole or slice");
  return {.whole = kind == "whole",
          .warmup_ns = read_duration(object, "warmup_ns"),
          .measured_ns = read_duration(object, "measured_ns"),
          .rotation_ns = read_maybe_duration(object, "rotation_ns"),
          .settling_ns = read_maybe_duration(object, "settling_ns"),
          .unsettled = object.count("unsettled")};
}

std::int64_t read_seconds(const JsonReader& object, const char* name) {
  const double seconds = object.amount(name);
  if (seconds > longest_s) object.reject(name, "be a possible time");
  return std::llround(seconds * ns_per_s);
}

Audit read_audit(const JsonReader& object) {
  Audit audit{.windows = object.count("windows"),
              .elapsed_ns = read_seconds(object, "elapsed_s"),
              .work_ops = object.amount("work_ops"),
              .cpu_ns_per_op = object.amount("cpu_ns_per_op"),
              .latency = decode_histogram(object.text("histogram"))};
  const JsonReader times = object.object("times");
  for (const auto& [name, value] : object.member("times").items()) {
    audit.times[name] = decode_histogram(times.text(name));
  }
  if (object.has("after_slices")) {
    const JsonReader beside = object.object("slices_beside");
    audit.after_slices = object.count("after_slices");
    audit.beside_p50_ns = read_maybe_duration(beside, "p50_ns");
    audit.beside_p90_ns = read_maybe_duration(beside, "p90_ns");
  }
  return audit;
}

/// Lines of ringside 0.1 have none of it.
void read_ground(const JsonReader& line, Measurement& trial) {
  if (!line.has("windows")) return;
  trial.windows = read_windows(line.object("windows"));
  if (line.has("cpus")) {
    const JsonReader cpus = line.object("cpus");
    trial.cpus = CpusGiven{.backend = cpus.count("backend"),
                           .load = cpus.count("load"),
                           .together = cpus.count("together")};
  }
  if (line.has("in_system")) {
    const JsonReader in_system = line.object("in_system");
    trial.in_system =
        InSystem{.operations = in_system.count("operations"), .exact = in_system.boolean("exact")};
  }
  if (line.has("conservation")) {
    const JsonReader operations = line.object("conservation");
    trial.conservation =
        Conservation{.started = operations.count("started"),
                     .completed_in_window = operations.count("completed_in_window"),
                     .completed_after = operations.count("completed_after"),
                     .failed = operations.count("failed")};
  }
  trial.audit = read_measured<Audit>(line, "audit", "windows", read_audit);
}

Measured<GeneratorUse> read_generator(const JsonReader& object) {
  if (!object.has("saturated")) return Measured<GeneratorUse>::unknown(object.text("reason"));
  const auto amount = [&](const char* name) {
    return object.has(name) ? object.amount(name) : std::numeric_limits<double>::quiet_NaN();
  };
  return GeneratorUse{.cpu_utilisation = amount("cpu_utilisation"),
                      .cpu_ns_per_op = amount("cpu_ns_per_op"),
                      .saturated = object.boolean("saturated"),
                      .least_ops_per_connection = object.count("least_ops_per_connection"),
                      .most_ops_per_connection = object.count("most_ops_per_connection"),
                      .io = object.text_or_empty("io"),
                      .io_reason = object.text_or_empty("io_reason")};
}

Noise read_noise(const JsonReader& object) {
  return {.steal_s = read_figure<double>(object, "steal_s"),
          .throttled = read_figure<std::uint64_t>(object, "throttled"),
          .cacheline_ns = read_figure<double>(object, "cacheline_ns"),
          .other_cpu_share = read_figure<double>(object, "other_cpu_share")};
}

/// What only some scenarios measure; lines of ringside 0.1 have none of it.
void read_own(const JsonReader& line, Measurement& trial) {
  if (line.has("times")) {
    const JsonReader times = line.object("times");
    for (const auto& [name, value] : line.member("times").items()) {
      trial.times[name] = decode_histogram(times.object(name.c_str()).text("histogram"));
    }
  }
  if (line.has("figures")) {
    const JsonReader figures = line.object("figures");
    for (const auto& [name, value] : line.member("figures").items()) {
      if (name != "reasons") trial.figures[name] = read_figure<double>(figures, name.c_str());
    }
  }
}

Status read_status(const JsonReader& line) {
  const std::string name = line.text("status");
  for (const auto& [status, status_name] : status_names) {
    if (name == status_name) return status;
  }
  line.reject("status", "be ok, failed, skipped or invalid");
}

void read_identity(const JsonReader& line, Measurement& trial) {
  const std::uint64_t round = line.count("round");
  if (round == 0 || round > INT32_MAX) line.reject("round", "count from 1");
  trial.round = static_cast<int>(round);
  trial.scenario = line.text("scenario");
  trial.backend = line.text("backend");
  trial.control = line.boolean("control");
  trial.baseline = line.boolean("baseline");
  trial.reference = line.has("reference") && line.boolean("reference");
  trial.backend_version = line.text("backend_version");
  trial.params = line.member("params");
  if (!trial.params.is_object() || std::ranges::any_of(trial.params, &Json::is_structured)) {
    line.reject("params", "be an object of plain values");
  }
  if (line.has("words")) trial.words = read_work_words(line.object("words"));
  trial.status = read_status(line);
  trial.reason = line.text_or_empty("reason");
  trial.mend = line.text_or_empty("mend");
  trial.wrong_data = line.has("wrong_data") && line.boolean("wrong_data");
  trial.caveats = line.texts("caveats");
}

void read_figures(const JsonReader& line, Measurement& trial) {
  trial.elapsed_ns = read_seconds(line, "elapsed_s");
  trial.ops = line.count("ops");
  if (line.has("work_ops")) trial.work_ops = line.amount("work_ops");
  trial.verified_ops = line.count("verified_ops");
  trial.bytes = line.count("bytes");
  trial.latency = decode_histogram(line.text("histogram"));
}

}  // namespace

std::string_view to_string(Status status) noexcept {
  return std::ranges::find(status_names, status, &decltype(status_names)::value_type::first)
      ->second;
}

std::optional<BesideAudit> beside_audit(const Measurement& trial) {
  const Slices& slices = trial.slices;
  if (!trial.audit || trial.audit->after_slices == 0) return std::nullopt;
  const std::size_t end = std::min({trial.audit->after_slices + 1, slices.ops.size(),
                                    slices.elapsed_ns.size(), slices.cpu_ns.size()});
  double work = 0;
  double elapsed_ns = 0;
  double cpu_ns = 0;
  for (std::size_t at = trial.audit->after_slices - 1; at < end; ++at) {
    work += slices.work(at);
    elapsed_ns += static_cast<double>(slices.elapsed_ns[at]);
    cpu_ns += static_cast<double>(slices.cpu_ns[at]);
  }
  if (!(work > 0) || !(elapsed_ns > 0)) return std::nullopt;
  return BesideAudit{.throughput_ops_per_s = work * ns_per_s / elapsed_ns,
                     .cpu_ns_per_op = cpu_ns / work};
}

bool same_params(const Json& a, const Json& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, value] : a.items()) {
    const auto found = b.find(name);
    if (found == b.end() || *found != value) return false;
  }
  return true;
}

void tell_what_times_show(Measurement& trial) {
  // Lines of ringside 0.1 cut times off at the end of a slice: of those as long as a tenth of it, a
  // tenth is missing.
  constexpr std::int64_t part_that_is_followed = 10;
  const auto slices = static_cast<std::int64_t>(trial.slices.ops.size());
  const bool in_slices = trial.in_slices();
  std::chrono::nanoseconds followed = std::chrono::nanoseconds::max();
  if (trial.windows)
    followed = std::chrono::nanoseconds(trial.windows->measured_ns);
  else if (in_slices)
    followed = std::chrono::nanoseconds(trial.elapsed_ns / slices / part_that_is_followed);
  const auto windows =
      trial.audit && trial.audit->windows > 0
          ? std::chrono::nanoseconds(trial.audit->elapsed_ns /
                                     static_cast<std::int64_t>(trial.audit->windows))
          : std::chrono::nanoseconds::max();
  const auto tell = [&](Latencies& times, const StoredHistogram* audited) {
    if (in_slices) {
      times.taken_in_slices(audited == nullptr ? std::nullopt : std::optional(*audited));
    }
    times.followed_for(followed, windows);
  };
  tell(trial.latency, trial.audit ? &trial.audit->latency : nullptr);
  for (auto& [name, times] : trial.times) {
    const bool audited = trial.audit && trial.audit->times.contains(name);
    tell(times, audited ? &trial.audit->times.at(name) : nullptr);
  }
}

Json latency_to_json(const Latencies& latency) {
  const bool empty = latency.count() == 0;
  const auto exact = [&](std::chrono::nanoseconds value) {
    return empty ? Json() : Json(value.count());
  };
  std::vector<std::pair<std::string, std::string>> missing;  // by reason, the names
  const auto told = [&](const char* name, const Measured<std::chrono::nanoseconds>& value) {
    if (value) return Json(value->count());
    if (missing.empty() || missing.back().first != value.reason) {
      missing.emplace_back(value.reason, name);
    } else {
      missing.back().second += fmt::format(", {}", name);
    }
    return Json();
  };
  Json object = {{"min", exact(latency.min())},
                 {"mean", exact(latency.mean())},
                 {"p50", told("p50", latency.percentile(50))},
                 {"p90", told("p90", latency.percentile(90))},
                 {"p99", told("p99", latency.percentile(99))},
                 {"p99_9", told("p99_9", latency.percentile(99.9))},
                 {"max", told("max", latency.max())}};
  if (empty) {
    object["reason"] = "no operations";
  } else if (!missing.empty()) {
    std::string reason;
    for (const auto& [why, names] : missing) {
      reason += fmt::format("{}{}: {}", reason.empty() ? "" : "; ", names, why);
    }
    object["reason"] = reason;
  }
  return object;
}

Json to_json(const Measurement& trial) {
  Json line = {{"schema", schema},
               {"round", trial.round},
               {"scenario", trial.scenario},
               {"backend", trial.backend},
               {"control", trial.control},
               {"baseline", trial.baseline},
               {"reference", trial.reference},
               {"backend_version", trial.backend_version},
               {"params", trial.params.is_object() ? trial.params : Json::object()},
               {"words", to_json(words_of(trial))},
               {"status", to_string(trial.status)},
               {"reason", text_or_null(trial.reason)},
               {"mend", text_or_null(trial.mend)},
               {"wrong_data", trial.wrong_data},
               {"caveats", trial.caveats}};
  const bool figures = has_figures(trial.status);
  if (figures)
    write_figures(line, trial);
  else
    write_no_figures(line);
  line["context_switches"] = measured_object(trial.context_switches, write_context_switches);
  line["cpu"] = measured_object(trial.cpu, write_cpu);
  line["syscalls"] = measured_object(trial.syscalls, write_syscalls);
  line["memory"] = measured_object(trial.max_rss_bytes, [](std::uint64_t bytes) {
    return Json{{"max_rss_bytes", bytes}};
  });
  line["threads"] = FigureWriter()
                        .add("peak", trial.threads_peak)
                        .add("kernel_workers", trial.kernel_workers)
                        .finish();
  line["slices"] = figures ? write_slices(trial.slices) : Json();
  if (figures) write_ground(line, trial);
  line["generator"] = figures ? write_generator(trial.generator) : Json();
  line["times"] = write_times(trial.times);
  line["figures"] = write_own_figures(trial.figures);
  line["noise"] = write_noise(trial.noise);
  line["effective"] = trial.effective;
  return line;
}

Measurement measurement_from_json(const Json& json) {
  const JsonReader line(json);
  if (line.text("schema") != schema) line.reject("schema", fmt::format("be \"{}\"", schema));
  Measurement trial;
  read_identity(line, trial);
  if (has_figures(trial.status)) {
    read_figures(line, trial);
    trial.slices = read_slices(line.object("slices"));
    trial.generator = read_generator(line.object("generator"));
    read_own(line, trial);
    read_ground(line, trial);
    tell_what_times_show(trial);
  }
  trial.context_switches =
      read_measured<ContextSwitches>(line, "context_switches", "per_op", read_context_switches);
  trial.cpu = read_measured<CpuUse>(line, "cpu", "total_ns_per_op", read_cpu);
  trial.syscalls = read_measured<SystemCalls>(line, "syscalls", "per_op", read_syscalls);
  trial.max_rss_bytes = read_measured<std::uint64_t>(
      line, "memory", "max_rss_bytes",
      [](const JsonReader& object) { return object.count("max_rss_bytes"); });
  const JsonReader threads = line.object("threads");
  trial.threads_peak = read_figure<std::uint64_t>(threads, "peak");
  trial.kernel_workers = read_figure<std::uint64_t>(threads, "kernel_workers");
  trial.noise = read_noise(line.object("noise"));
  const JsonReader effective = line.object("effective");
  for (const auto& [name, value] : line.member("effective").items()) {
    trial.effective[name] = effective.text(name);
  }
  return trial;
}

}  // namespace ringside
