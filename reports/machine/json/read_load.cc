#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "harness/timeline.h"
#include "reports/machine/json/read_values.h"

namespace ingress_check::formats::json_values {
namespace {

std::uint64_t nanoseconds(const Reading& from) {
  const double micros = from.real();
  if (micros < 0 || micros > 1e15) from.wrong("is no time in microseconds");
  return static_cast<std::uint64_t>(std::llround(std::clamp(micros, 0.0, 1e15) * 1000));
}

/// The histogram with its exact bounds; its percentiles are those of the histogram.
template <class Made>
void restore(const Reading& from, Made& histogram) {
  if (histogram.total() == 0) return;  // a mistake, which is told
  if (!histogram.set_bounds(nanoseconds(from["min_us"]), nanoseconds(from["max_us"])))
    from.wrong("has bounds that its histogram does not");
}

void distribution(const Reading& from, const char* key, Histogram& histogram) {
  const auto found = from.maybe(key);
  if (!found) return;
  histogram = (*found)["histogram"].histogram(total_buckets());
  restore(*found, histogram);
}

void distribution(const Reading& from, const char* key, CompactHistogram& histogram) {
  const auto found = from.maybe(key);
  if (!found) return;
  histogram = (*found)["histogram"].compact(part_buckets());
  restore(*found, histogram);
}

LoadCounts counts(const Reading& from) {
  LoadCounts counts;
  counts.due = from["due"].count();
  counts.dropped = from["dropped"].count();
  counts.unfinished = from["unfinished"].count();
  counts.repeated = from["repeated"].count();
  counts.queued = from["queued"].count();
  from["outcomes"].members([&](const std::string& name, const Reading& count) {
    for (std::size_t i = 0; i < outcome_count; ++i)
      if (to_string(static_cast<Outcome>(i)) == name) {
        counts.outcomes[i] = count.count();
        return;
      }
    count.wrong("is no outcome");
  });
  from["statuses"].members([&](const std::string& name, const Reading& count) {
    const bool status = name.size() == 3 && name.find_first_not_of("0123456789") == name.npos;
    if (!status) return count.wrong("is no status");
    counts.statuses[std::stoi(name)] = count.count();
  });
  const auto all = std::accumulate(counts.outcomes.begin(), counts.outcomes.end(),
                                   counts.dropped + counts.unfinished);
  if (all != counts.due)
    from.wrong(fmt::format("counts {} due, but outcomes of {}", counts.due, all));
  return counts;
}

void requests(const Reading& from, LoadReply& reply) {
  from.each([&](const Reading& one) {
    RequestReply request;
    request.counts = counts(one["counts"]);
    one["broke"].each([&](const Reading& count) { request.broke.push_back(count.count()); });
    distribution(one, "response", request.response);
    reply.requests.push_back(std::move(request));
  });
}

void pods(const Reading& from, LoadReply& reply) {
  from.each([&](const Reading& one) {
    PodReply& pod = reply.pods.emplace_back();
    pod.service = one["service"].text();
    pod.pod = one["pod"].text();
    pod.answered = one["answered"].count();
    pod.server_errors = one["server_errors"].count();
    distribution(one, "service_time", pod.service_time);
  });
}

void seconds(const Reading& from, LoadReply& reply) {
  from.each([&](const Reading& one) {
    SecondReply& second = reply.seconds.emplace_back();
    second.due = one["due"].count();
    second.sent = one["sent"].count();
    second.done = one["done"].count();
    second.failed = one["failed"].count();
    second.server_errors = one["server_errors"].count();
    if (second.failed > second.done) one.wrong("has more failed than done");
    if (reply.seconds.size() > Timeline::most) one.wrong("is one slice too many");
    if (const auto response = one.maybe("response")) {
      second.response = response->compact(part_buckets());
      restore(one, second.response);
    }
  });
}

void generator(const Reading& from, Faithfulness& self) {
  from["cpu"].each([&](const Reading& one) { self.cpu.push_back(one.real()); });
  self.run_queue = from["run_queue_share"].real();
  self.steal = from["steal_share"].real();
  self.out_of_ports = from["out_of_ports"].count();
  self.out_of_descriptors = from["out_of_descriptors"].count();
  self.precise = from["precise_timers"].flag();
  self.why = from["why"].texts();
  distribution(from, "late", self.late);
  if (from["faithful"].flag() != self.faithful()) from.wrong("says why, but not that");
}

void distributions(const Reading& from, LoadReply& reply) {
  distribution(from, "response", reply.response);
  distribution(from, "service", reply.service);
  distribution(from, "send_delay", reply.send_delay);
  distribution(from, "first_byte", reply.first_byte);
  distribution(from, "connect", reply.connect);
  distribution(from, "tls", reply.tls);
  distribution(from, "tls_resumed", reply.tls_resumed);
}

}  // namespace

LoadPhase read_load(const Reading& from) {
  LoadPhase phase;
  LoadReply& reply = phase.reply;
  phase.name = from["name"].text();
  phase.began = read_begin(from["began"]);
  reply.open_loop = from["open_loop"].flag();
  reply.protocol = from["protocol"].text();
  reply.began_after = read_micros(from["began_after_us"]);
  reply.lasted = read_micros(from["lasted_us"]);
  reply.warm_up = from["warm_up"].count();
  reply.offered = from["offered_per_s"].real();
  reply.achieved = from["achieved_per_s"].real();
  reply.counts = counts(from["counts"]);
  distributions(from, reply);
  reply.bytes_received = from["bytes_received"].count();
  reply.bytes_sent = from["bytes_sent"].count();
  requests(from["requests"], reply);
  pods(from["pods"], reply);
  reply.slice = read_micros(from["slice_us"]);
  if (reply.slice <= Duration::zero() || reply.slice > std::chrono::hours(24))
    from["slice_us"].wrong("is no length of a slice");
  seconds(from["seconds"], reply);
  generator(from["generator"], reply.generator);
  reply.addresses = from["addresses"].texts();
  if (const auto withheld = from.maybe("withheld")) reply.withheld = withheld->texts();
  if (const auto breaker = from.maybe("breaker")) reply.breaker = breaker->text();
  from["broken"].each([&](const Reading& one) {
    reply.broken.push_back(
        {one["request"].count(), one["match"].count(), read_exchange(one["exchange"])});
  });
  return phase;
}

}  // namespace ingress_check::formats::json_values
