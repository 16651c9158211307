// Any bytes, cut in any way: the parser of responses says the same, and stays within its limits.
// The first byte of an input chooses: bit 0 the answer to HEAD, bit 1 small limits, the rest how
// the bytes are cut.
#include <cstdint>
#include <cstdlib>

#include "harness/http1_test.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ingress_check;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool to_head = data[0] & 1;
  const Http1Limits limits = data[0] & 2
                                 ? Http1Limits{.line = 40, .fields = 4, .head = 150, .interims = 1}
                                 : Http1Limits{};
  testing::Choices choices(data[0] >> 2);
  const auto whole = testing::hear(bytes, to_head, limits);
  const auto cut = testing::hear(
      bytes, [&](std::size_t rest) { return std::min(rest, choices.below(9) + 1); }, to_head,
      limits);
  if (!(whole == cut) || whole.used > bytes.size() || whole.body.size() > bytes.size() ||
      whole.body.size() != whole.body_bytes)
    std::abort();
  if (whole.state == Http1Response::State::done && (whole.status < 100 || whole.status > 999))
    std::abort();
  return 0;
}
