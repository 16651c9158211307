// From what each worker has measured to one LoadReply.
#include <algorithm>

#include "harness/recorder.h"
#include "harness/reply_sum.h"

namespace ingress_check {

void Recorder::merge_kinds(LoadReply& reply) const {
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const Kind& kind = kinds_[i];
    RequestReply& into = reply.requests[i];
    LoadCounts counts;
    counts.due = kind.due;
    counts.outcomes = kind.outcomes;
    counts.dropped = kind.dropped;
    counts.unfinished = kind.unfinished;
    counts.repeated = kind.repeated;
    counts.queued = kind.queued;
    for (std::size_t at = 0; at < kind.statuses.size(); ++at)
      if (kind.statuses[at] > 0) counts.statuses[static_cast<int>(at) + 100] = kind.statuses[at];
    add(into.counts, counts);
    add(reply.counts, counts);
    merge_alike(into.response, kind.response);
    into.broke.resize(plan_.requests[i].asked->matches.size());
    for (std::size_t match = 0; match < into.broke.size(); ++match)
      into.broke[match] += kind.broke[match];
  }
}

void Recorder::merge_pods(LoadReply& reply) const {
  for (const Who& one : who_) {
    PodReply& into =
        pod_of(reply, reader_.services().name(one.service), reader_.pods().name(one.pod));
    into.answered += one.answered;
    into.server_errors += one.server_errors;
    merge_alike(into.service_time, one.service_time);
  }
}

/// Samples name their pod by its place in reply.pods.
void Recorder::merge_samples(LoadReply& reply) {
  std::vector<std::uint16_t> places;
  for (const Who& one : who_) {
    const PodReply& pod =
        pod_of(reply, reader_.services().name(one.service), reader_.pods().name(one.pod));
    places.push_back(static_cast<std::uint16_t>(&pod - reply.pods.data()));
  }
  for (Sample& sample : samples_) sample.who = sample.who == 0 ? no_pod : places[sample.who - 1U];
  if (most_samples_ > 0) reply.samples.push_back(std::move(samples_));
  reply.samples_full = reply.samples_full || samples_full_;
}

void Recorder::merge_into(LoadReply& reply, Timeline& timeline) {
  merge_kinds(reply);
  merge_pods(reply);
  merge_samples(reply);
  timeline.merge(timeline_);
  merge_alike(reply.response, response_);
  merge_alike(reply.service, open_loop_ ? service_ : response_);
  merge_alike(reply.send_delay, send_delay_);
  merge_alike(reply.first_byte, first_byte_);
  merge_alike(reply.connect, connect_);
  merge_alike(reply.tls, tls_);
  merge_alike(reply.tls_resumed, tls_resumed_);
  merge_alike(reply.generator.late, late_);
  reply.warm_up += warm_up_;
  for (BrokenMatch& broken : broken_) keep(reply, std::move(broken));
}

}  // namespace ingress_check
