// Quantities with their units: read as a user writes them, printed as a user reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/error.h"
#include "scenarios/words.h"

namespace ingress_check {

using Duration = std::chrono::nanoseconds;

/// Events a second, above 0.
struct Rate {
  double per_second = 0;
  double unit = 1;  ///< seconds of the unit it was written in: 30/m is not 30 bursts of 0.5/s
  friend auto operator<=>(const Rate& a, const Rate& b) { return a.per_second <=> b.per_second; }
  friend bool operator==(const Rate& a, const Rate& b) { return a.per_second == b.per_second; }
};

struct Size {
  std::uint64_t bytes = 0;
  friend auto operator<=>(const Size&, const Size&) = default;
};

/// A part of one: 0 to 1.
struct Share {
  double of_one = 0;
  friend auto operator<=>(const Share&, const Share&) = default;
};

/// A set of HTTP status codes: `200`, `2xx`, `[200, 204]`. Inclusive ranges within 100 to 599.
struct Statuses {
  std::vector<std::pair<int, int>> ranges;
  bool contains(int status) const;
  friend bool operator==(const Statuses&, const Statuses&) = default;
};

// Readers. The Error has `what` and `hint` (which names the units there are), no place.
Result<Duration> parse_duration(std::string_view text);  ///< 250ms, 1.5s, 10m, 1h, 20us, 5ns
Result<Rate> parse_rate(std::string_view text);          ///< 3/s, 30/m, 100/h
Result<Size> parse_size(std::string_view text);          ///< 10B, 4KiB, 1MiB, 1GiB; also kB, MB, GB
Result<Share> parse_share(std::string_view text);        ///< 99%, 0.5%
Result<Statuses> parse_statuses(std::string_view text);  ///< 200 or 2xx

// Printers, the shortest form that reads back to the same value (to three significant digits where
// inexact).
std::string to_string(Duration value);
std::string to_string(Rate value);
std::string to_string(Size value);
std::string to_string(Share value);
std::string to_string(const Statuses& value);

}  // namespace ingress_check
