#include "reports/machine/json/load.h"

#include <cmath>

#include "harness/histogram_codec.h"

namespace ingress_check::formats::json_values {
namespace {

/// Down to the nanosecond: the send delay of a good generator is below a microsecond.
double exact_micros(double nanoseconds) { return std::round(nanoseconds) / 1000; }
double exact_micros(std::uint64_t nanoseconds) {
  return exact_micros(static_cast<double>(nanoseconds));
}

template <class Count>
Json distribution(const BasicHistogram<Count>& histogram) {
  Json json{{"count", histogram.total()},
            {"min_us", exact_micros(histogram.min())},
            {"mean_us", exact_micros(histogram.mean())},
            {"max_us", exact_micros(histogram.max())}};
  for (const auto& [name, percent] : {std::pair{"p50_us", 50.0},
                                      {"p90_us", 90.0},
                                      {"p95_us", 95.0},
                                      {"p99_us", 99.0},
                                      {"p99_9_us", 99.9},
                                      {"p99_99_us", 99.99}})
    json[name] = exact_micros(histogram.percentile(percent));
  json["histogram"] = encode_base64(histogram);
  return json;
}

template <class Count>
void add(Json& json, const char* name, const BasicHistogram<Count>& histogram) {
  if (histogram.total() > 0) json[name] = distribution(histogram);
}

Json counts(const LoadCounts& counts) {
  Json outcomes = Json::object(), statuses = Json::object();
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (counts.outcomes[i] > 0) outcomes[to_string(static_cast<Outcome>(i))] = counts.outcomes[i];
  for (const auto& [status, count] : counts.statuses) statuses[std::to_string(status)] = count;
  return {{"due", counts.due},
          {"sent", counts.sent()},
          {"answered", counts.answered()},
          {"outcomes", std::move(outcomes)},
          {"dropped", counts.dropped},
          {"unfinished", counts.unfinished},
          {"repeated", counts.repeated},
          {"queued", counts.queued},
          {"statuses", std::move(statuses)}};
}

Json requests(const LoadReply& reply) {
  Json list = Json::array();
  for (const auto& one : reply.requests) {
    Json json{{"counts", counts(one.counts)}, {"broke", one.broke}};
    add(json, "response", one.response);
    list.push_back(std::move(json));
  }
  return list;
}

Json pods(const LoadReply& reply) {
  Json list = Json::array();
  for (const auto& pod : reply.pods) {
    if (pod.answered == 0) continue;
    Json json{{"service", pod.service},
              {"pod", pod.pod},
              {"answered", pod.answered},
              {"server_errors", pod.server_errors}};
    add(json, "service_time", pod.service_time);
    list.push_back(std::move(json));
  }
  return list;
}

Json seconds(const LoadReply& reply) {
  Json list = Json::array();
  for (const auto& second : reply.seconds) {
    Json json{{"due", second.due},
              {"sent", second.sent},
              {"done", second.done},
              {"failed", second.failed},
              {"server_errors", second.server_errors}};
    if (second.response.total() > 0) {
      json["min_us"] = exact_micros(second.response.min());
      json["max_us"] = exact_micros(second.response.max());
      json["response"] = encode_base64(second.response);
    }
    list.push_back(std::move(json));
  }
  return list;
}

Json generator(const Faithfulness& self) {
  Json json{{"faithful", self.faithful()},       {"cpu", self.cpu},
            {"run_queue_share", self.run_queue}, {"steal_share", self.steal},
            {"out_of_ports", self.out_of_ports}, {"out_of_descriptors", self.out_of_descriptors},
            {"precise_timers", self.precise},    {"why", self.why}};
  add(json, "late", self.late);
  return json;
}

Json broken(const LoadReply& reply) {
  Json list = Json::array();
  for (const auto& one : reply.broken)
    list.push_back(
        {{"request", one.request}, {"match", one.match}, {"exchange", exchange(one.exchange)}});
  return list;
}

}  // namespace

Json load(const LoadPhase& phase) {
  const LoadReply& reply = phase.reply;
  Json json{{"name", phase.name},
            {"began", utc(phase.began)},
            {"open_loop", reply.open_loop},
            {"protocol", reply.protocol},
            {"began_after_us", micros(reply.began_after)},
            {"lasted_us", micros(reply.lasted)},
            {"warm_up", reply.warm_up},
            {"offered_per_s", reply.offered},
            {"achieved_per_s", reply.achieved},
            {"counts", counts(reply.counts)}};
  add(json, "response", reply.response);
  add(json, "service", reply.service);
  add(json, "send_delay", reply.send_delay);
  add(json, "first_byte", reply.first_byte);
  add(json, "connect", reply.connect);
  add(json, "tls", reply.tls);
  add(json, "tls_resumed", reply.tls_resumed);
  json["bytes_received"] = reply.bytes_received;
  json["bytes_sent"] = reply.bytes_sent;
  json["requests"] = requests(reply);
  json["pods"] = pods(reply);
  json["slice_us"] = micros(reply.slice);
  json["seconds"] = seconds(reply);
  json["generator"] = generator(reply.generator);
  json["addresses"] = reply.addresses;
  if (!reply.withheld.empty()) json["withheld"] = reply.withheld;
  if (!reply.breaker.empty()) json["breaker"] = reply.breaker;
  json["broken"] = broken(reply);
  return json;
}

}  // namespace ingress_check::formats::json_values
