#include "checks/fake_record.h"

#include <algorithm>

#include "harness/load_limits.h"

namespace ingress_check {

namespace {

std::uint64_t nanoseconds(Duration time) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count()));
}

Exchange whole(const Exchange& exchange, const Sample& sample) {
  Exchange copy = exchange;
  copy.request = sample.request;
  copy.connection = sample.connection;
  copy.reused = true;
  copy.address = "192.0.2.1:80";
  copy.started = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(Duration(sample.sent)));
  copy.timings.total = Duration(sample.done - sample.sent);
  return copy;
}

}  // namespace

SecondReply& FakeRecord::slice(Duration at) {
  const auto index = static_cast<std::size_t>(at / reply.slice);
  if (index >= reply.seconds.size()) reply.seconds.resize(index + 1);
  return reply.seconds[index];
}

void FakeRecord::drop(Duration due, std::size_t request) {
  ++slice(due).due;
  if (due < load_.warm_up) {
    ++reply.warm_up;
    return;
  }
  for (auto* counts : {&reply.counts, &reply.requests[request].counts}) {
    ++counts->due;
    ++counts->dropped;
  }
}

void FakeRecord::take(const Sample& sample, const Exchange& exchange) {
  const Duration due(sample.due), done(sample.done);
  const bool answered = sample.outcome == Outcome::ok;
  last_done_ = std::max(last_done_, done);
  ++slice(due).due;
  if (answered) slice(due).response.record(nanoseconds(done - due));
  ++slice(Duration(sample.sent)).sent;
  auto& ended = slice(done);
  ++ended.done;
  ended.failed += !answered;
  ended.server_errors += sample.status >= 500;
  if (due < load_.warm_up)
    ++reply.warm_up;
  else
    count(sample, exchange);
}

void FakeRecord::count(const Sample& sample, const Exchange& exchange) {
  const auto response = nanoseconds(Duration(sample.done - sample.due));
  const auto service = nanoseconds(Duration(sample.done - sample.sent));
  const bool answered = sample.outcome == Outcome::ok;
  auto& request = reply.requests[sample.request];
  for (auto* counts : {&reply.counts, &request.counts}) {
    ++counts->due;
    ++counts->outcomes[static_cast<std::size_t>(sample.outcome)];
    if (answered) ++counts->statuses[sample.status];
  }
  reply.send_delay.record(response - service);
  reply.generator.late.record(nanoseconds(how_.late));
  if (load_.samples && samples_.size() < most_samples)
    samples_.push_back(sample);
  else
    reply.samples_full = load_.samples;
  if (!answered) return;
  reply.response.record(response);
  reply.service.record(service);
  reply.first_byte.record(service);
  request.response.record(response);
  auto& pod = reply.pods[sample.who];
  ++pod.answered;
  pod.server_errors += sample.status >= 500;
  pod.service_time.record(service);
  for (std::size_t i = 0; sample.broke != 0 && i < request.broke.size(); ++i)
    if (sample.broke >> i & 1 && ++request.broke[i] <= 5)
      reply.broken.push_back({sample.request, i, whole(exchange, sample)});
}

LoadReply FakeRecord::conclude(Duration lasts) {
  reply.lasted = lasts - load_.warm_up;
  const double seconds = std::chrono::duration<double>(reply.lasted).count();
  if (seconds > 0) {
    reply.offered = static_cast<double>(reply.counts.due) / seconds;
    reply.achieved =
        static_cast<double>(reply.counts.answered()) /
        std::max(seconds, std::chrono::duration<double>(last_done_ - load_.warm_up).count());
  }
  reply.protocol = reply.counts.answered() > 0 ? "HTTP/1.1" : "";
  reply.addresses = {"192.0.2.1:80"};
  if (how_.late > load_.may_be_late)
    reply.generator.why.push_back("requests were taken up " + to_string(how_.late) +
                                  " late, more than the " + to_string(load_.may_be_late) +
                                  " that may be");
  if (how_.busy_machine) reply.generator.held_up = "the machine that it shares was busy";
  std::ranges::sort(samples_, {}, &Sample::done);
  if (load_.samples) reply.samples.push_back(std::move(samples_));
  return std::move(reply);
}

}  // namespace ingress_check
