#include "scenarios/scalars.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "scenarios/pattern.h"
#include "scenarios/words.h"

namespace ingress_check {
namespace {

tl::unexpected<Error> mistake(std::string what, std::string hint = {}) {
  return tl::unexpected(Error{std::move(what), std::move(hint)});
}

tl::unexpected<Error> must_be(const Field& field, const std::string& label, const std::string& text,
                              std::string hint = {}) {
  return mistake(fmt::format("{} must be {}, not {}", label, describe(field), shown(text)),
                 std::move(hint));
}

/// A bound in the units in which the field is written.
std::string bound(const Field& field, double value) {
  switch (field.kind) {
    case Kind::duration:
      return to_string(Duration(std::llround(value * 1e9)));
    case Kind::rate:
      return to_string(Rate{value});
    case Kind::size:
      return to_string(Size{static_cast<std::uint64_t>(value)});
    case Kind::share:
      return to_string(Share{value});
    default:
      return fmt::format("{}", value);
  }
}

/// The number that least and most are compared with.
std::optional<double> magnitude(const Value& value) {
  if (value.is<std::int64_t>()) return static_cast<double>(value.as<std::int64_t>());
  if (value.is<double>()) return value.as<double>();
  if (value.is<Duration>()) return std::chrono::duration<double>(value.as<Duration>()).count();
  if (value.is<Rate>()) return value.as<Rate>().per_second;
  if (value.is<Size>()) return static_cast<double>(value.as<Size>().bytes);
  if (value.is<Share>()) return value.as<Share>().of_one;
  return std::nullopt;
}

Result<Value> read_boolean(const Field& field, const std::string& label, const std::string& text,
                           bool quoted) {
  const bool yes = text == "true" || text == "True" || text == "TRUE";
  const bool no = text == "false" || text == "False" || text == "FALSE";
  if (quoted && (yes || no))
    return must_be(field, label, text, "in quotes it is text: write it without them");
  if (!yes && !no) return must_be(field, label, text, "write true or false");
  return Value{{}, yes};
}

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Value> read_integer(const Field& field, const std::string& label, const std::string& text,
                           bool quoted) {
  std::string_view number = text;
  const bool minus = number.starts_with('-');
  if (minus || number.starts_with('+')) number.remove_prefix(1);
  if (!digits(number)) {
    const bool other_base = text.starts_with("0x") || text.starts_with("0o");
    return must_be(field, label, text, other_base ? "write it in decimal digits" : "");
  }
  if (quoted) return must_be(field, label, text, "in quotes it is text: write it without them");
  if (number.size() > 1 && number.front() == '0')
    return must_be(field, label, text, "write it without leading zeros");
  std::int64_t value = 0;
  const std::string signed_text = (minus ? "-" : "") + std::string(number);
  const auto [end, error] =
      std::from_chars(signed_text.data(), signed_text.data() + signed_text.size(), value);
  if (error != std::errc()) return must_be(field, label, text, "that number is too large");
  return Value{{}, value};
}

Result<Value> read_number(const Field& field, const std::string& label, const std::string& text,
                          bool quoted) {
  std::string_view number = text;
  if (number.starts_with('+')) number.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool plain = number.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
  if (error != std::errc() || end != number.data() + number.size() || !plain)
    return must_be(field, label, text);
  if (quoted) return must_be(field, label, text, "in quotes it is text: write it without them");
  return Value{{}, value};
}

Result<Value> read_word(const Field& field, const std::string& label, const std::string& text) {
  if (std::find(field.words.begin(), field.words.end(), text) != field.words.end())
    return Value{{}, text};
  return mistake(fmt::format("unknown {} {}", label, shown(text)), words_hint(text, field.words));
}

Result<Value> read_match(const std::string& label, const std::string& text) {
  if (!text.starts_with('~')) return Value{{}, TextMatch{false, text}};
  if (!text.starts_with("~ "))
    return mistake(fmt::format("{} begins with ~ but has no blank after it", label),
                   fmt::format("a pattern is written \"~ {}\"", std::string_view(text).substr(1)));
  auto pattern = read_pattern(std::string_view(text).substr(2));
  if (!pattern) return tl::unexpected(pattern.error());
  return Value{{}, TextMatch{true, std::move(*pattern)}};
}

Result<Value> read_path(const Field& field, const std::string& label, const std::string& text) {
  if (!text.starts_with('/')) {
    if (text.starts_with("http://") || text.starts_with("https://"))
      return must_be(field, label, text, "a whole URL goes under url");
    return must_be(field, label, text, text.empty() ? "write /" : "write /" + text);
  }
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
      return must_be(field, label, text,
                     "a path goes out as it is written: a blank is %20, other characters %XX");
  return Value{{}, text};
}

template <class T>
Result<Value> wrapped(Result<T> read) {
  if (!read) return tl::unexpected(std::move(read.error()));
  return Value{{}, std::move(*read)};
}

Result<Value> read_kind(const Field& field, const std::string& label, const std::string& text,
                        bool quoted) {
  switch (field.kind) {
    case Kind::text:
      return Value{{}, text};
    case Kind::word:
      return read_word(field, label, text);
    case Kind::boolean:
      return read_boolean(field, label, text, quoted);
    case Kind::integer:
      return read_integer(field, label, text, quoted);
    case Kind::number:
      return read_number(field, label, text, quoted);
    case Kind::duration:
      return wrapped(parse_duration(text));
    case Kind::rate:
      return wrapped(parse_rate(text));
    case Kind::size:
      return wrapped(parse_size(text));
    case Kind::share:
      return wrapped(parse_share(text));
    case Kind::statuses:
      return wrapped(parse_statuses(text));
    case Kind::match:
      return read_match(label, text);
    case Kind::pattern:
      return wrapped(read_pattern(text));
    case Kind::url:
      return wrapped(parse_url(text));
    case Kind::path:
      return read_path(field, label, text);
    default:
      return must_be(field, label, text);
  }
}

}  // namespace

Result<Value> decode_scalar(const Field& field, const std::string& label, const std::string& text,
                            bool quoted) {
  auto value = read_kind(field, label, text, quoted);
  if (!value) return value;
  const auto size = magnitude(*value);
  // A bound such as 0.1 s is not exact in binary: allow for the last digit.
  const double slack = size ? std::abs(*size) * 1e-12 : 0;
  if (size && (*size < field.least - slack || *size > field.most + slack))
    return mistake(fmt::format("{} must be {}, not {}", label, range_text(field), text));
  return value;
}

std::string range_text(const Field& field) {
  const bool low = std::isfinite(field.least), high = std::isfinite(field.most);
  if (low && high && field.least == field.most) return bound(field, field.least);
  if (low && high)
    return fmt::format("from {} to {}", bound(field, field.least), bound(field, field.most));
  if (low) return fmt::format("at least {}", bound(field, field.least));
  if (high) return fmt::format("at most {}", bound(field, field.most));
  return {};
}

std::string shown(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string out = "\"";
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80 && ++characters > most) return out + "...\"";
    out += byte < ' ' || byte == 0x7f ? '?' : c;
  }
  return out + '"';
}

}  // namespace ingress_check
