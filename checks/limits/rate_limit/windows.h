// Limits that are no bucket but look like one for a while: so many in each window of time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/limits/rate_limit/arrivals.h"

namespace ingress_check::rate_limit {

struct Window {
  enum class Kind {
    fixed,     ///< of the clock: all at its begin, then nothing until the next
    sliding,   ///< of those accepted within the last so many seconds
    starving,  ///< of those sent within it, refused ones too: nothing passes while one goes on
  } kind = Kind::fixed;
  double seconds = 0;    ///< its length; 0: not known
  std::size_t most = 0;  ///< requests that it takes
};

/// The window that explains at least 98 of 100 answers, the likeliest kind first; none: there is
/// none, of the lengths that are usual (1 s, 10 s, 1 min).
std::optional<Window> window(const std::vector<Arrival>& arrivals);

}  // namespace ingress_check::rate_limit
