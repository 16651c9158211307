// Content codings of a body (RFC 9110, 8.4.1): undone before anybody reads it.
#pragma once

#include <cstddef>

#include "harness/evidence.h"

namespace ingress_check {

/// Undoes gzip and deflate of a whole body, to at most `limit` bytes whatever it grows to; the
/// header fields stay as sent. `body_size` becomes that of `body`, or more if that is not all of
/// it. A body that cannot be undone stays as it is, and `detail` says why, though the outcome is
/// ok.
void decode_content(Exchange& exchange, std::size_t limit);

}  // namespace ingress_check
