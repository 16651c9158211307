#include "harness/program/load_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/outgoing.h"
#include "harness/program/ad_hoc.h"
#include "harness/program/run_options.h"

namespace ingress_check {
namespace {

constexpr std::uint32_t usual_connections = 64;
constexpr std::uint32_t most_opened_on_demand = 1024;
constexpr Duration usual_time = std::chrono::seconds(10);
constexpr Duration longest = std::chrono::hours(24 * 365);
constexpr std::uint64_t most_connections = 1'000'000, most_requests = 1'000'000'000'000,
                        most_streams = 1000, most_threads = 64;

tl::unexpected<Error> wrong(std::string what, std::string hint) {
  return tl::unexpected(Error{std::move(what), std::move(hint)});
}

/// Options that say nothing without another, or that exclude each other.
Result<void> agree(const Arguments& arguments) {
  struct Pair {
    const char *one, *other, *why, *hint;
  };
  static constexpr Pair exclude[] = {
      {"fresh", "streams", "a connection that carries one request has no parallel streams",
       "leave one of them out"},
      {"clients", "connections", "every client has connections of its own",
       "write --clients N alone"},
      {"clients", "streams", "a client has one request under way", "leave one of them out"},
      {"data", "body", "there is one body", "write -d TEXT, -d @FILE or --body SIZE"},
  };
  for (const auto& [one, other, why, hint] : exclude)
    if (arguments.has(one) && arguments.has(other))
      return wrong(fmt::format("--{} and --{} exclude each other: {}", one, other, why), hint);
  if (arguments.has("arrivals") && !arguments.has("rate"))
    return wrong("--arrivals says how the requests of a --rate are spaced", "add --rate 100/s");
  if (arguments.has("rate") && arguments.has("for") && arguments.has("requests"))
    return wrong("--rate, --for and --requests say too much: two of them give the third",
                 "leave one of them out");
  if (arguments.has("warm-up") && arguments.has("requests"))
    return wrong("--warm-up with --requests leaves open how many of them are measured",
                 "write --for instead of --requests");
  return {};
}

/// With another load generator -d is the time: a body such as "10s" is more likely a mistake.
Result<void> review_data(const Arguments& arguments) {
  const std::string text = arguments.value("data");
  if (!arguments.has("data") || arguments.has("method") || !parse_duration(text)) return {};
  return wrong(fmt::format("-d {} would send the text \"{}\" as a body, as with curl", text, text),
               fmt::format("write --for {} for the time, or add -X POST if it is a body", text));
}

Result<OpenLoop> open_loop(const Arguments& arguments, Duration warm_up, std::uint64_t seed) {
  auto ramp = parse_ramp(arguments.value("rate"));
  if (!ramp) return tl::unexpected(ramp.error());
  if (arguments.has("requests")) {
    const auto count = count_option(arguments, "requests", most_requests, "10000");
    if (!count) return tl::unexpected(count.error());
    const double seconds = static_cast<double>(*count) / ((ramp->from + ramp->to) / 2);
    if (seconds > std::chrono::duration<double>(longest).count())
      return wrong(fmt::format("{} requests at --rate {} take longer than a year", *count,
                               arguments.value("rate")),
                   "a higher rate, or fewer requests");
    // Rounded down: one nanosecond more could make it one request more.
    ramp->lasts = Duration(static_cast<std::int64_t>(seconds * 1e9));
  } else {
    ramp->lasts = usual_time;
    if (arguments.has("for")) {
      const auto time = duration_option(arguments, "for");
      if (!time) return tl::unexpected(time.error());
      ramp->lasts = *time;
    }
  }
  OpenLoop open;
  if (warm_up > Duration::zero()) {
    if (ramp->from <= 0)
      return wrong("--warm-up has nothing to send before a ramp that begins at 0",
                   "begin at a rate above 0, or leave --warm-up out");
    open.stages.push_back({ramp->from, ramp->from, warm_up});
  }
  open.stages.push_back(*ramp);
  const std::string arrivals = arguments.value("arrivals", "constant");
  if (arrivals != "constant" && arrivals != "poisson")
    return wrong(fmt::format("--arrivals {} is not known", arrivals), "write constant or poisson");
  open.spacing = arrivals == "poisson" ? Spacing::poisson : Spacing::even;
  const auto pacer = Pacer::create(open.stages, open.spacing, seed);
  if (!pacer) return wrong("--rate: " + pacer.error().what, pacer.error().hint);
  return open;
}

Result<ClosedLoop> closed_loop(const Arguments& arguments, Duration warm_up) {
  ClosedLoop closed;
  if (arguments.has("requests")) {
    const auto count = count_option(arguments, "requests", most_requests, "10000");
    if (!count) return tl::unexpected(count.error());
    closed.requests = *count;
  }
  if (arguments.has("for")) {
    const auto time = duration_option(arguments, "for");
    if (!time) return tl::unexpected(time.error());
    closed.lasts = *time;
  } else if (closed.requests == 0) {
    closed.lasts = usual_time;
  }
  if (closed.lasts > Duration::zero()) closed.lasts += warm_up;
  return closed;
}

/// Whether HTTP/2 may come of it.
bool may_be_http2(const Target& target) {
  Outgoing out;
  out.https = target.url.https;
  out.http = target.http;
  return protocol_of(out) != Protocol::http1;
}

Result<void> protocol(const Arguments& arguments, const Target& target) {
  if (target.http == HttpVersion::http2 && !target.url.https)
    return wrong("--http 2 over plain http would be HTTP/1.1",
                 "write --http h2c for HTTP/2 without TLS, or an https URL");
  if (arguments.has("resume") && !target.url.https)
    return wrong("--resume is about TLS sessions", "write an https URL");
  if (!arguments.has("streams") || may_be_http2(target)) return {};
  return wrong("--streams needs HTTP/2, and this is HTTP/1.1",
               target.url.https ? "leave --http 1.1 out" : "write --http h2c, or an https URL");
}

Result<void> read_connections(const Arguments& arguments, Load& load) {
  auto& connections = load.connections;
  const double peak = load.peak_rate();
  if (const auto* closed = std::get_if<ClosedLoop>(&load.arrivals)) {
    connections.count = usual_connections;
    if (closed->requests > 0)
      connections.count =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(closed->requests, usual_connections));
  } else {
    const auto due_in_a_second = static_cast<std::uint32_t>(std::ceil(std::max(peak, 1.0)));
    connections.count = std::min(usual_connections, due_in_a_second);
    connections.most = std::clamp(due_in_a_second, usual_connections, most_opened_on_demand);
  }
  const auto read = [&](const char* name, std::uint64_t most, const char* example,
                        std::uint32_t& into) -> Result<void> {
    if (!arguments.has(name)) return {};
    const auto count = count_option(arguments, name, most, example);
    if (!count) return tl::unexpected(count.error());
    into = static_cast<std::uint32_t>(*count);
    return {};
  };
  if (auto done = read("connections", most_connections, "64", connections.count); !done)
    return done;
  if (arguments.has("connections")) connections.most = connections.count;
  if (auto done = read("streams", most_streams, "10", connections.streams); !done) return done;
  if (auto done = read("clients", most_connections, "100", load.clients.count); !done) return done;
  if (auto done = read("threads", most_threads, "2", load.threads); !done) return done;
  if (arguments.has("fresh")) connections.requests = 1;
  connections.resume = arguments.has("resume");
  const std::uint32_t shared = load.clients.count > 0 ? load.clients.count : connections.count;
  if (load.threads > shared)
    return wrong(fmt::format("{} threads cannot share {} {}", load.threads, shared,
                             load.clients.count > 0 ? "clients" : "connections"),
                 fmt::format("write at most --threads {}", shared));
  return {};
}

Result<Request> request(const Arguments& arguments, const Target& target) {
  auto asked = ad_hoc_request(arguments, target, "method");
  if (!asked || !arguments.has("body")) return asked;
  const auto size = parse_size(arguments.value("body"));
  if (!size)
    return wrong("--body: " + size.error().what,
                 size.error().hint + "; --data sends a text or a file");
  constexpr std::uint64_t most_bytes = 64 << 20;
  if (size->bytes > most_bytes)
    return wrong(fmt::format("--body {} is too large", arguments.value("body")),
                 "write at most --body 64MiB");
  asked->body.assign(size->bytes, 'x');
  if (!arguments.has("method")) asked->method = "POST";
  return asked;
}

}  // namespace

std::vector<Option> load_options() {
  return {
      {"rate,R", "RATE", "open loop: 100/s, or 100..2000/s from one to the other within --for"},
      {"arrivals", "HOW", "constant (default) or poisson: how the requests of --rate are spaced"},
      {"connections,c", "N",
       "closed loop, each sends as soon as it is answered (64); with --rate the\n"
       "                                most that are open (by the rate, at most 1024)"},
      {"streams", "N", "requests under way on one HTTP/2 connection (1)"},
      {"for", "DURATION", "how long it is measured (10s)"},
      {"requests,n", "N",
       "how many instead of how long; without --rate together with --for the\n"
       "                                first that is reached"},
      {"warm-up", "DURATION", "before that, sent but in no figure"},
      {"fresh", "", "every request opens its own connection"},
      {"resume", "", "new TLS connections offer the session of an earlier one"},
      {"clients", "N", "so many clients with cookie jars and connections of their own"},
      {"method,X", "METHOD", "instead of GET, or of POST where there is a body"},
      {"data,d", "TEXT|@FILE", "body of the request"},
      {"body", "SIZE", "a body of so many bytes of filling, such as 4KiB"},
      {"answered-by", "PRESET",
       "count which pod answered (`ingress-check list presets`); else nobody looks"},
      {"threads,t", "N", "one for each core unless said, at most 64"},
      {"spin", "", "threads never sleep: burns their cores, sends to the microsecond"},
      {"samples", "PATH",
       "every request, at most a million: CSV if it ends in .csv, else JSON lines"},
  };
}

std::optional<Error> foreign_word(const std::vector<std::string>& words) {
  static constexpr std::pair<const char*, const char*> known[] = {
      {"--duration", "--for 10s"},
      {"--rps", "--rate 100/s"},
      {"--qps", "--rate 100/s"},
      {"--vus", "--connections 64"},
      {"--users", "--clients 64"},
      {"--concurrency", "--connections 64"},
      {"--request", "--method POST"},
      {"--max-concurrent-streams", "--streams 10"},
      {"--insecure-skip-tls-verify", "--insecure"},
      {"--latency", "nothing: it is always told"},
      {"--disable-keepalive", "--fresh"},
  };
  for (const auto& word : words)
    for (const auto& [theirs, ours] : known)
      if (word == theirs || word.starts_with(std::string(theirs) + "="))
        return Error{fmt::format("unknown option {}", theirs), fmt::format("write {}", ours)};
  return std::nullopt;
}

Result<Stage> parse_ramp(const std::string& text) {
  const auto fail = [&](const Error& error) {
    return wrong(fmt::format("--rate {}: {}", text, error.what), error.hint);
  };
  const auto dots = text.find("..");
  if (dots == text.npos) {
    const auto rate = parse_rate(text);
    if (!rate) return fail(rate.error());
    return Stage{rate->per_second, rate->per_second, {}};
  }
  std::string from = text.substr(0, dots), to = text.substr(dots + 2);
  const auto has_unit = [](const std::string& rate) {
    return rate.find_first_not_of("0123456789.") != rate.npos;
  };
  // "100..2000/s": the unit stands once.
  if (!has_unit(from) && has_unit(to)) from += to.substr(to.find_first_not_of("0123456789."));
  Stage stage;
  for (auto [end, into] : {std::pair(&from, &stage.from), std::pair(&to, &stage.to)}) {
    if (has_unit(*end) && end->find_first_not_of("0.") == end->find('/') && end->starts_with('0'))
      continue;
    const auto rate = parse_rate(*end);
    if (!rate) return fail(rate.error());
    *into = rate->per_second;
  }
  if (stage.from <= 0 && stage.to <= 0)
    return wrong(fmt::format("--rate {} sends nothing", text), "write --rate 0..100/s");
  return stage;
}

Result<Load> load_of(const Arguments& arguments, const Target& target, std::uint64_t seed) {
  if (auto fine = agree(arguments); !fine) return tl::unexpected(fine.error());
  if (auto fine = review_data(arguments); !fine) return tl::unexpected(fine.error());
  if (auto fine = protocol(arguments, target); !fine) return tl::unexpected(fine.error());
  Load load;
  load.seed = seed;
  if (arguments.has("warm-up")) {
    const auto time = duration_option(arguments, "warm-up");
    if (!time) return tl::unexpected(time.error());
    load.warm_up = *time;
  }
  if (arguments.has("rate")) {
    auto open = open_loop(arguments, load.warm_up, seed);
    if (!open) return tl::unexpected(open.error());
    load.arrivals = *std::move(open);
  } else {
    auto closed = closed_loop(arguments, load.warm_up);
    if (!closed) return tl::unexpected(closed.error());
    load.arrivals = *closed;
  }
  if (auto done = read_connections(arguments, load); !done) return tl::unexpected(done.error());
  auto asked = request(arguments, target);
  if (!asked) return tl::unexpected(asked.error());
  if (const auto out = prepare(target, *asked); !out) return tl::unexpected(out.error());
  load.requests = {{.request = *std::move(asked)}};
  load.samples = arguments.has("samples");
  load.spin = arguments.has("spin");
  return load;
}

}  // namespace ingress_check
