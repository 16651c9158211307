#include "reports/machine/json/read_values.h"

#include <array>
#include <charconv>

namespace ingress_check::formats::json_values {
namespace {

/// The digits of `text` from `at` on; -1 if they are none.
int digits(const std::string& text, std::size_t at, std::size_t count) {
  int number = 0;
  const char* end = text.data() + at + count;
  const auto [stop, error] = std::from_chars(text.data() + at, end, number);
  return error == std::errc() && stop == end && number >= 0 ? number : -1;
}

Headers read_headers(const Reading& from) {
  Headers headers;
  from.each([&](const Reading& one) { headers.add(one["name"].text(), one["value"].text()); });
  return headers;
}

Certificate read_certificate(const Reading& from) {
  Certificate one;
  one.subject = from["subject"].text();
  one.issuer = from["issuer"].text();
  one.serial = from["serial"].text();
  one.sha256 = from["sha256"].text();
  one.dns_names = from["dns_names"].texts();
  one.not_before = read_time(from["not_before"]);
  one.not_after = read_time(from["not_after"]);
  one.key = from["key"].text();
  one.self_signed = from["self_signed"].flag();
  return one;
}

TlsFacts read_tls(const Reading& from) {
  TlsFacts facts;
  const std::string version = from["version"].text();
  bool known = false;
  for (const auto one :
       {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2, TlsVersion::tls1_3})
    if (to_string(one) == version) facts.version = one, known = true;
  if (!known) from["version"].wrong("is no version of TLS");
  facts.cipher = from["cipher"].text();
  facts.alpn = from["alpn"].text();
  facts.sni = from["sni"].text();
  facts.verified = from["verified"].flag();
  facts.verify_error = from["verify_error"].text();
  facts.resumed = from["resumed"].flag();
  from["chain"].each([&](const Reading& one) { facts.chain.push_back(read_certificate(one)); });
  return facts;
}

Outcome read_outcome(const Reading& from) {
  const std::string word = from.text();
  for (std::size_t i = 0; i < outcome_count; ++i)
    if (to_string(static_cast<Outcome>(i)) == word) return static_cast<Outcome>(i);
  from.wrong("is no outcome");
  return Outcome::ok;
}

void read_answer(const Reading& from, Exchange& exchange) {
  exchange.status = from["status"].number(1, 999);
  const auto version = parse_http_version(from["http"].text());
  if (!version) from["http"].wrong("is no version of HTTP");
  exchange.version = version.value_or(HttpVersion::any);
  exchange.headers = read_headers(from["headers"]);
  exchange.body = from["body"].text();
  exchange.body_size = from["body_bytes"].count();
}

}  // namespace

std::chrono::system_clock::time_point read_time(const Reading& from) {
  using namespace std::chrono;
  const std::string text = from.text();
  if (text.size() == 24 && text[4] == '-' && text[10] == 'T' && text[13] == ':' &&
      text[19] == '.' && text[23] == 'Z') {
    const int y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2),
              h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2),
              ms = digits(text, 20, 3);
    const year_month_day date{year(y), month(static_cast<unsigned>(mo)),
                              day(static_cast<unsigned>(d))};
    // A system_clock of nanoseconds ends in 2262.
    if (date.ok() && y >= 1700 && y < 2262 && h >= 0 && h < 24 && mi >= 0 && mi < 60 && s >= 0 &&
        s < 60 && ms >= 0)
      return sys_days(date) + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms);
  }
  from.wrong("is no time");
  return {};
}

std::chrono::system_clock::time_point read_begin(const Reading& from) {
  using namespace std::chrono;
  const auto time = read_time(from);
  if (time >= sys_days(1970y / 1 / 1) && time < sys_days(2100y / 1 / 1)) return time;
  from.wrong("is not between 1970 and 2100");
  return {};
}

Duration read_micros(const Reading& from) {
  constexpr std::uint64_t most = 365ull * 24 * 3600 * 1'000'000;
  const auto count = from.count();
  if (count > most) from.wrong("is longer than a year");
  return std::chrono::microseconds(std::min(count, most));
}

Place read_place(const Reading& from) {
  constexpr int most = 1 << 30;
  if (from.is_null()) return {};
  return {from["file"].text(), from["line"].number(1, most), from["column"].number(1, most),
          from["width"].number(1, most)};
}

Exchange read_exchange(const Reading& from) {
  Exchange exchange;
  exchange.address = from["address"].text();
  exchange.started = read_time(from["started"]);
  exchange.reused = from["reused_connection"].flag();
  exchange.attempts = static_cast<std::uint32_t>(from["attempts"].number(0, 1 << 30));
  exchange.outcome = read_outcome(from["outcome"]);
  if (const auto detail = from.maybe("detail")) exchange.detail = detail->text();
  exchange.sent = read_headers(from["request_headers"]);
  if (from.maybe("status")) read_answer(from, exchange);
  exchange.who = {from["service"].text(), from["pod"].text()};
  const Reading timings = from["timings_us"];
  exchange.timings = {read_micros(timings["resolve"]), read_micros(timings["connect"]),
                      read_micros(timings["tls"]), read_micros(timings["first_byte"]),
                      read_micros(timings["total"])};
  if (const auto tls = from.maybe("tls")) exchange.tls = read_tls(*tls);
  return exchange;
}

}  // namespace ingress_check::formats::json_values
