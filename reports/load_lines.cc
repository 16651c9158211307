#include "reports/load_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/ink.h"

namespace ingress_check {
namespace {

constexpr std::size_t most_pods = 10, most_addresses = 8, most_statuses = 20;
constexpr std::size_t longest_name = 60;  ///< characters of a pod's name

std::string lines(std::string_view name, const std::vector<std::string>& texts,
                  const RenderOptions& options) {
  std::string out;
  for (const auto& text : texts) {
    out += fmt::format("  {} {}\n", paint(fmt::format("{:<9}", name), Ink::dim, options), text);
    name = "";
  }
  return out;
}

std::string headline(const std::string& title, const LoadReply& reply,
                     const RenderOptions& options) {
  std::string out = paint(title, Ink::bold, options);
  out += fmt::format("  {}{}, {}", reply.open_loop ? "open loop" : "closed loop",
                     reply.protocol.empty() ? "" : ", " + printable(reply.protocol, 20),
                     to_string(reply.lasted));
  if (reply.warm_up > 0)
    out += fmt::format(" after a warm-up of {} requests", grouped(reply.warm_up));
  return out + "\n";
}

std::string rates(const LoadReply& reply, const RenderOptions& options) {
  const std::string achieved = "achieved " + brief_rate(reply.achieved);
  return row("rate",
             reply.open_loop ? fmt::format("offered {}, {}", brief_rate(reply.offered), achieved)
                             : achieved,
             options);
}

/// A percentile that so few values do not show is left open.
std::string percentile(const Histogram& histogram, double percent) {
  const double above = static_cast<double>(histogram.total()) * (100 - percent) / 100;
  if (above < 0.999) return "-";
  return brief_time(static_cast<double>(histogram.percentile(percent)));
}

std::string latency(std::string_view name, const Histogram& histogram, std::string_view meaning,
                    const RenderOptions& options) {
  if (histogram.total() == 0) return {};
  std::string out = fmt::format("  {:<11} {:>10}", name, grouped(histogram.total()));
  for (const double percent : {50.0, 90.0, 99.0, 99.9})
    out += fmt::format(" {:>8}", percentile(histogram, percent));
  out += fmt::format(" {:>8}", brief_time(static_cast<double>(histogram.max())));
  return out + "  " + paint(meaning, Ink::dim, options) + "\n";
}

std::string latencies(const LoadReply& reply, bool brief, const RenderOptions& options) {
  std::string out = latency("response", reply.response, "from due to the last byte", options);
  if (!brief) {
    out += latency("service", reply.service, "from sent to the last byte", options);
    out += latency("first byte", reply.first_byte, "from sent to the first byte", options);
    out += latency("send delay", reply.send_delay, "from due to sent", options);
    out += latency("connect", reply.connect, "TCP, each new connection", options);
    out += latency("TLS", reply.tls, "handshakes in full", options);
    out += latency("TLS resumed", reply.tls_resumed, "handshakes of a known session", options);
  }
  if (out.empty()) return out;
  return paint(fmt::format("  {:<11} {:>10} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "latency", "count",
                           "p50", "p90", "p99", "p99.9", "max"),
               Ink::dim, options) +
         out;
}

/// Every request that was due, by what became of it.
std::string fates(const LoadCounts& counts, const RenderOptions& options) {
  std::vector<std::string> parts{grouped(counts.answered()) + " answered"};
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome != Outcome::ok && counts.of(outcome) > 0)
      parts.push_back(paint(fmt::format("{} {}", grouped(counts.of(outcome)), to_string(outcome)),
                            Ink::red, options));
  }
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count > 0)
      parts.push_back(paint(fmt::format("{} {}", grouped(count), what), Ink::red, options));
  };
  add(counts.dropped, "dropped (no free connection)");
  if (counts.unfinished > 0)
    parts.push_back(fmt::format("{} unfinished at the end", grouped(counts.unfinished)));
  std::vector<std::string> all{
      fmt::format("{} due: {}", grouped(counts.due), fmt::join(parts, ", "))};
  parts.clear();
  if (counts.queued > 0)
    parts.push_back(fmt::format("{} waited for a connection", grouped(counts.queued)));
  if (counts.repeated > 0)
    parts.push_back(fmt::format("{} sent again after an idle close", grouped(counts.repeated)));
  if (!parts.empty()) all.push_back(fmt::format("{}", fmt::join(parts, ", ")));
  return lines("requests", all, options);
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{:.1f}%",
                     whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string statuses(const LoadCounts& counts, const RenderOptions& options) {
  std::vector<std::string> parts;
  std::uint64_t rest = counts.answered();
  for (const auto& [status, count] : counts.statuses) {
    if (parts.size() == most_statuses) break;
    const std::string text = fmt::format("{}: {}", status, grouped(count));
    parts.push_back(status >= 500 && status < 600 ? paint(text, Ink::red, options) : text);
    rest -= std::min(rest, count);
  }
  if (parts.empty()) return {};
  if (rest > 0) parts.push_back(fmt::format("others: {}", grouped(rest)));
  std::string text = fmt::format("{}", fmt::join(parts, ", "));
  if (counts.server_errors() > 0)
    text += paint(fmt::format(" - {} of the answers are 5xx",
                              share(counts.server_errors(), counts.answered())),
                  Ink::red, options);
  return lines("statuses", {text}, options);
}

std::string name_of(const PodReply& pod) {
  if (pod.service.empty() && pod.pod.empty()) return "unnamed";
  return printable(pod.service, longest_name) +
         (pod.service.empty() || pod.pod.empty() ? "" : "/") + printable(pod.pod, longest_name);
}

std::string pods(const LoadReply& reply, const RenderOptions& options) {
  std::vector<const PodReply*> all;
  std::uint64_t answered = 0;
  bool named = false;
  for (const auto& pod : reply.pods) {
    if (pod.answered == 0) continue;
    all.push_back(&pod);
    answered += pod.answered;
    named = named || !pod.service.empty() || !pod.pod.empty();
  }
  if (!named) return {};
  std::ranges::stable_sort(
      all, [](const PodReply* a, const PodReply* b) { return a->answered > b->answered; });
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < all.size() && i < most_pods; ++i) {
    const PodReply& pod = *all[i];
    texts.push_back(fmt::format("{:>6} {:>10}  {}", share(pod.answered, answered),
                                grouped(pod.answered), name_of(pod)));
    if (pod.server_errors > 0)
      texts.back() +=
          paint(fmt::format("  {} of them 5xx", grouped(pod.server_errors)), Ink::red, options);
  }
  if (all.size() > most_pods)
    texts.push_back(fmt::format("and {} more: --report json has them all", all.size() - most_pods));
  return lines("pods", texts, options);
}

std::string addresses(const std::vector<std::string>& all) {
  std::vector<std::string> shown;
  for (const auto& address : all)
    if (shown.size() < most_addresses) shown.push_back(printable(address, 60));
  if (all.size() > most_addresses)
    shown.push_back(fmt::format("{} more", all.size() - most_addresses));
  return fmt::format("{}", fmt::join(shown, ", "));
}

std::string generator(const Faithfulness& self, const RenderOptions& options) {
  std::vector<std::string> parts;
  if (self.late.total() > 0)
    parts.push_back("late by " + brief_time(static_cast<double>(self.late.percentile(99))) +
                    " at its p99");
  std::vector<std::string> cores;
  for (const double cpu : self.cpu) cores.push_back(fmt::format("{:.0f}%", 100 * cpu));
  if (!cores.empty())
    parts.push_back(fmt::format(
        "CPU of its {} {}",
        cores.size() == 1 ? std::string("thread") : fmt::format("{} threads", cores.size()),
        fmt::join(cores, ", ")));
  if (self.run_queue >= 0.01)
    parts.push_back(fmt::format("{:.0f}% of the time waiting for a core", 100 * self.run_queue));
  if (self.steal >= 0.01)
    parts.push_back(fmt::format("{:.0f}% stolen by the hypervisor", 100 * self.steal));
  std::string out = row("generator", fmt::format("{}", fmt::join(parts, "; ")), options);
  std::vector<std::string> doubts;
  for (const auto& why : self.why)
    doubts.push_back(
        paint(wrapped(printable(why, 400), 12, columns(options)), Ink::yellow, options));
  return out + lines("DOUBTFUL", doubts, options);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string brief_time(double nanoseconds) {
  const auto three = [](double value, const char* unit) {
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f}{}", value, decimals, unit);
  };
  if (nanoseconds < 999.5) return fmt::format("{:.0f}ns", nanoseconds);
  if (nanoseconds < 999.5e3) return three(nanoseconds / 1e3, "us");
  if (nanoseconds < 999.5e6) return three(nanoseconds / 1e6, "ms");
  return three(nanoseconds / 1e9, "s");
}

std::string brief_size(std::uint64_t bytes) {
  auto value = static_cast<double>(bytes);
  if (bytes < 1000) return std::to_string(bytes) + "B";
  for (const char* unit : {"kB", "MB", "GB"}) {
    value /= 1000;
    if (value < 999.5) return fmt::format("{:.{}f}{}", value, value < 99.95 ? 1 : 0, unit);
  }
  return fmt::format("{:.1f}TB", value / 1000);
}

std::string brief_rate(double per_second) {
  if (per_second >= 999.95) return grouped(static_cast<std::uint64_t>(per_second + 0.5)) + "/s";
  std::string text = fmt::format("{:.{}f}", per_second, per_second < 9.995 ? 2 : 1);
  text.erase(text.find_last_not_of('0') + 1);
  return (text.ends_with('.') ? text.substr(0, text.size() - 1) : text) + "/s";
}

std::string load_table(const std::string& title, const LoadPhase& phase, bool brief,
                       const RenderOptions& options) {
  const LoadReply& reply = phase.reply;
  std::string out = headline(title, reply, options) + rates(reply, options);
  out += latencies(reply, brief, options);
  out += fates(reply.counts, options) + statuses(reply.counts, options);
  if (brief) return out + "\n";
  out += pods(reply, options);
  if (reply.bytes_received + reply.bytes_sent > 0)
    out += row("bytes",
               fmt::format("{} received, {} sent", brief_size(reply.bytes_received),
                           brief_size(reply.bytes_sent)),
               options);
  out += row("connected", addresses(reply.addresses), options);
  if (!reply.withheld.empty())
    out += row("withheld", addresses(reply.withheld) + ": in the name's answer, but not allowed",
               options);
  if (!reply.breaker.empty()) out += row("ended by", reply.breaker, options);
  return out + generator(reply.generator, options) + "\n";
}

}  // namespace ingress_check
