// What several measurements add up to: of the workers of a phase, or of the blocks of one.
#pragma once

#include <string_view>

#include "harness/load_reply.h"

namespace ingress_check {

void add(LoadCounts& to, const LoadCounts& from);

/// The entry of that pod, made if there is none. Valid until the next call that makes one.
PodReply& pod_of(LoadReply& reply, std::string_view service, std::string_view pod);

/// At most most_broken of each match.
void keep(LoadReply& reply, BrokenMatch broken);

}  // namespace ingress_check
