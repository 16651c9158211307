// What several measurements add up to: of the workers of a phase, or of the blocks of one.
#pragma once

#include <string_view>

#include "harness/load_reply.h"

namespace ingress_check {

void add(LoadCounts& to, const LoadCounts& from);
void add(SecondReply& to, const SecondReply& from);

/// Of histograms whose buckets are those of load_reply.h, so that no Error can come of it.
template <class Into, class From>
void merge_alike(Into& into, const From& from) {
  static_cast<void>(into.merge(from));
}

/// The entry of that pod, made if there is none. Valid until the next call that makes one.
PodReply& pod_of(LoadReply& reply, std::string_view service, std::string_view pod);

/// At most most_broken of each match.
void keep(LoadReply& reply, BrokenMatch broken);

}  // namespace ingress_check
