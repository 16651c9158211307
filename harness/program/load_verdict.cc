#include "harness/program/load_verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/load_lines.h"

namespace ingress_check {
namespace {

constexpr Outcome nobody[] = {Outcome::unresolved, Outcome::unreachable, Outcome::refused,
                              Outcome::connect_timeout, Outcome::timeout};

/// "12 timeout, 3 reset".
std::string failures(const LoadCounts& counts) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome != Outcome::ok && counts.of(outcome) > 0)
      parts.push_back(fmt::format("{} {}", grouped(counts.of(outcome)), to_string(outcome)));
  }
  if (counts.dropped > 0) parts.push_back(fmt::format("{} dropped", grouped(counts.dropped)));
  if (counts.unfinished > 0)
    parts.push_back(fmt::format("{} unfinished", grouped(counts.unfinished)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<Figure> figures(const LoadReply& reply) {
  const auto micros = [&](double percent) {
    return static_cast<double>(reply.response.percentile(percent)) / 1000;
  };
  return {{"achieved_per_s", reply.achieved},
          {"response_p50_us", micros(50)},
          {"response_p99_us", micros(99)}};
}

}  // namespace

Verdict load_verdict(const LoadReply& reply) {
  const LoadCounts& counts = reply.counts;
  Verdict verdict;
  if (counts.answered() == 0) {
    verdict.kind = Verdict::Kind::inconclusive;
    verdict.summary = counts.due == 0 ? "nothing was sent"
                                      : fmt::format("none of {} requests was answered: {}",
                                                    grouped(counts.due), failures(counts));
    if (counts.of(Outcome::tls_error) > 0)
      verdict.notes = {
          "`ingress-check probe` tells what is wrong with the TLS handshake; "
          "--insecure goes on although a certificate does not verify"};
    return verdict;
  }
  verdict.not_shown = {"whether that is good: load judges nothing"};
  verdict.figures = figures(reply);
  verdict.summary = fmt::format("{} of {} requests were answered", grouped(counts.answered()),
                                grouped(counts.due));
  if (counts.server_errors() > 0)
    verdict.summary += fmt::format(", {} of them with a 5xx", grouped(counts.server_errors()));
  if (reply.generator.faithful()) return verdict;
  verdict.kind = Verdict::Kind::inconclusive;
  // Why stands with the generator's figures, once.
  verdict.summary += ", but the load generator itself was the limit";
  verdict.not_shown = {"how fast the target is: time and rate are the generator's own"};
  return verdict;
}

std::string cut_short(const Evidence& evidence) {
  const std::string after =
      evidence.load ? " after " + to_string(evidence.load->lasted) + " of measuring" : "";
  switch (evidence.end) {
    case End::complete:
      return {};
    case End::interrupted:
      return "interrupted" + after;
    case End::out_of_time:
      return "--max-time was over" + after;
    case End::breaker:
      return evidence.load ? evidence.load->breaker : "stopped by the circuit breaker";
  }
  return {};
}

std::optional<Outcome> absent(const LoadCounts& counts) {
  std::uint64_t sum = 0;
  Outcome most = Outcome::ok;
  for (const Outcome outcome : nobody) {
    sum += counts.of(outcome);
    if (counts.of(outcome) > (most == Outcome::ok ? 0 : counts.of(most))) most = outcome;
  }
  if (most == Outcome::ok || counts.answered() > 0) return std::nullopt;
  // What was dropped or unfinished has met nobody either.
  return sum + counts.dropped + counts.unfinished == counts.due ? std::optional(most)
                                                                : std::nullopt;
}

}  // namespace ingress_check
