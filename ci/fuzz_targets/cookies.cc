// Any Set-Cookie fields, one a line: what is read of one lies in it, the jar stays within its
// bounds, and to hear the same twice makes no difference. The first byte of an input chooses: bit 0
// https, the rest how many seconds pass between two lines.
#include <cstdint>
#include <cstdlib>

#include "harness/cookie_jar.h"

namespace {

using namespace ingress_check;

void check(bool good) {
  if (!good) std::abort();
}

void check_field(std::string_view field) {
  const auto cookie = parse_set_cookie(field);
  if (!cookie) return;
  for (const auto part : {cookie->name, cookie->value, cookie->path, cookie->domain})
    check(part.empty() || (part.data() >= field.data() &&
                           part.data() + part.size() <= field.data() + field.size()));
  check(!cookie->name.empty() && cookie->name.find_first_of("=;") == std::string_view::npos);
  check(cookie->value.find(';') == std::string_view::npos);
  check(cookie->path.empty() || cookie->path.front() == '/');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool https = data[0] & 1;
  CookieJar jar;
  Instant now{std::chrono::hours(1)};
  const auto from = std::chrono::system_clock::time_point(std::chrono::hours(24 * 365 * 50));
  std::string text, again;
  while (!rest.empty()) {
    const auto field = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    const std::string exact(field);
    check_field(exact);
    const auto wall = from + now.time_since_epoch();
    jar.store(exact, "a.shop.example", "/a/b?c", https, now, wall);
    jar.cookies("/a/b/c", https, now, text);
    jar.store(exact, "a.shop.example", "/a/b?c", https, now, wall);
    jar.cookies("/a/b/c", https, now, again);
    check(text == again);
    check(text.size() <= CookieJar::kMost * (CookieJar::kBytes + 3));
    now += std::chrono::seconds(data[0] >> 1);
  }
  return 0;
}
