#include "harness/reply_sum.h"

#include <algorithm>

namespace ingress_check {

void add(LoadCounts& to, const LoadCounts& from) {
  to.due += from.due;
  for (std::size_t i = 0; i < outcome_count; ++i) to.outcomes[i] += from.outcomes[i];
  to.dropped += from.dropped;
  to.unfinished += from.unfinished;
  to.repeated += from.repeated;
  to.queued += from.queued;
  for (const auto& [status, count] : from.statuses) to.statuses[status] += count;
}

void add(SecondReply& to, const SecondReply& from) {
  to.due += from.due;
  to.sent += from.sent;
  to.done += from.done;
  to.failed += from.failed;
  to.server_errors += from.server_errors;
  merge_alike(to.response, from.response);
}

PodReply& pod_of(LoadReply& reply, std::string_view service, std::string_view pod) {
  const auto found = std::ranges::find_if(
      reply.pods, [&](const PodReply& one) { return one.service == service && one.pod == pod; });
  if (found != reply.pods.end()) return *found;
  reply.pods.push_back({std::string(service), std::string(pod)});
  return reply.pods.back();
}

void keep(LoadReply& reply, BrokenMatch broken) {
  const auto same = std::ranges::count_if(reply.broken, [&](const BrokenMatch& other) {
    return other.request == broken.request && other.match == broken.match;
  });
  if (static_cast<std::size_t>(same) < most_broken) reply.broken.push_back(std::move(broken));
}

}  // namespace ingress_check
