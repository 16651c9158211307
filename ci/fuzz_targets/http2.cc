// Any bytes, cut in any way: each stream of an HTTP/2 connection hears the same, ends once, and
// stays within its limits. The first byte of an input chooses: bit 0 small limits, bit 1 a body
// larger than the server's window, bit 2 frames in short (type, flags, stream, size, payload) after
// SETTINGS instead of bytes as they come, the rest how the bytes are cut.
#include <cstdint>
#include <cstdlib>

#include "harness/http1_test.h"
#include "harness/http2_test.h"

namespace {

using namespace ingress_check;

/// nghttp2 is not instrumented: this finds its way through frames sooner.
std::string long_form(std::string_view brief) {
  namespace frames = testing::http2::frames;
  std::string bytes = frames::settings();
  while (brief.size() >= 4) {
    const auto byte = [&](int i) { return static_cast<std::uint8_t>(brief[i]); };
    const auto payload = brief.substr(4, byte(3));
    bytes += frames::frame(byte(0) % 11, byte(1), byte(2) % 8, std::string(payload));
    brief.remove_prefix(4 + payload.size());
  }
  return bytes;
}

void check(bool good) {
  if (!good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using testing::http2::hear;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string bytes = data[0] & 4 ? long_form(rest) : std::string(rest);
  const Http2Limits limits =
      data[0] & 1 ? Http2Limits{.fields = 4, .head = 200, .interims = 1} : Http2Limits{};
  const std::string body(data[0] & 2 ? 100000 : 3, 'x');
  testing::Choices choices(data[0] >> 3);
  const auto whole = hear(bytes, limits, body);
  const auto cut = hear(
      bytes, [&](std::size_t left) { return std::min(left, choices.below(9) + 1); }, limits, body);
  check(whole == cut);
  for (const auto& ear : whole.ears) {
    check(ear.ends == 1 && ear.body.size() <= bytes.size());
    const auto fields = std::count_if(ear.lines.begin(), ear.lines.end(), [](const auto& line) {
      return line.size() > 1 && line[1] == ' ';
    });
    check(fields <= limits.fields);
    check(ear.end() != "done" || (ear.lines.size() > 1 && ear.lines[0] >= "100"));
  }
  return 0;
}
