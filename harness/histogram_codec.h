// A histogram as bytes: HdrHistogram's V2 encoding, plain and compressed, as the tools around
// HdrHistogram read and write it. What is read may come from anywhere: time and memory are bounded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/histogram.h"

namespace ingress_check {

/// Buckets of a decoded histogram, at most: 8 MiB of counts. Five digits need more for values above
/// 16 million x the lowest.
inline constexpr std::uint32_t most_decoded_buckets = 1 << 20;

/// V2, uncompressed, 40 bytes and the counts. over(), uncounted() and the exact min() and max()
/// have no place in it.
template <class Count>
std::string encode(const BasicHistogram<Count>& histogram);

/// V2, deflated and in base64, as a line of a histogram log holds it ("HISTFAAA...").
template <class Count>
std::string encode_base64(const BasicHistogram<Count>& histogram);

/// Of encode(), or any other writer of V2. The bytes end where the histogram ends.
Result<Histogram> decode_histogram(std::string_view bytes,
                                   std::uint32_t most_buckets = most_decoded_buckets);

/// Of encode_base64(), or any other writer of compressed V2.
Result<Histogram> decode_histogram_base64(std::string_view text,
                                          std::uint32_t most_buckets = most_decoded_buckets);

}  // namespace ingress_check
