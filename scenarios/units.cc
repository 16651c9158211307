#include "scenarios/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "scenarios/words.h"

namespace ingress_check {

namespace {

struct Unit {
  std::string_view name;
  double factor;
};

/// What people write instead of a unit.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24> habits{
    {{"sec", "s"},   {"secs", "s"},   {"second", "s"}, {"seconds", "s"}, {"S", "s"},
     {"min", "m"},   {"mins", "m"},   {"minute", "m"}, {"minutes", "m"}, {"hour", "h"},
     {"hours", "h"}, {"msec", "ms"},  {"rps", "/s"},   {"/sec", "/s"},   {"/second", "/s"},
     {"/min", "/m"}, {"/hour", "/h"}, {"r/s", "/s"},   {"r/m", "/m"},    {"k", "KiB"},
     {"K", "KiB"},   {"M", "MiB"},    {"G", "GiB"},    {"KB", "kB"}}};

constexpr std::array<Unit, 6> duration_units{
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
constexpr std::array<Unit, 3> rate_units{{{"/s", 1}, {"/m", 1.0 / 60}, {"/h", 1.0 / 3600}}};
constexpr std::array<Unit, 7> size_units{{{"B", 1},
                                          {"KiB", 1024},
                                          {"MiB", 1048576},
                                          {"GiB", 1073741824},
                                          {"kB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9}}};
constexpr std::array<Unit, 1> share_units{{{"%", 0.01}}};

constexpr double longest = 9.2e18;        ///< nanoseconds, as Duration can hold: 292 years
constexpr double largest = 9.0e15;        ///< bytes, exact in a double
constexpr double most_per_second = 1e12;  ///< beyond any network

/// What a reader of one quantity needs: its name with an article, its units, an example to write.
struct Quantity {
  std::string_view name;
  const Unit* first;
  std::size_t count;
  std::string_view examples;
};

Error wrong(const Quantity& quantity, std::string_view text, std::string hint = {}) {
  std::string units;
  for (std::size_t i = 0; i < quantity.count; ++i)
    units += (i == 0 ? "" : ", ") + std::string(quantity.first[i].name);
  if (hint.empty()) hint = fmt::format("write {}", quantity.examples);
  if (quantity.count > 1) hint += fmt::format(" (units: {})", units);
  return Error{fmt::format("\"{}\" is not {}", text, quantity.name), hint};
}

/// Reads a plain decimal number, 0 or more: digits with an optional fraction. What follows it stays
/// in `text`.
std::optional<double> take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view digits = text.substr(0, end);
  if (digits.empty() || digits.front() == '.' || digits.back() == '.') return std::nullopt;
  double value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                             std::chars_format::fixed);
  if (error != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
  text.remove_prefix(end);
  return value;
}

/// The unit that was meant: a habit, or a word one edit away.
std::string meant(const Quantity& quantity, std::string_view word) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < quantity.count; ++i) names.emplace_back(quantity.first[i].name);
  const auto is = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (is(word)) return std::string(word);
  for (const auto& [habit, unit] : habits)
    if (habit == word && is(unit)) return std::string(unit);
  return word.size() == 1 ? "" : nearest(word, names);
}

/// `rest` stands behind the number of `text` and is no unit.
Error unknown_unit(const Quantity& quantity, std::string_view text, std::string_view rest) {
  const std::string number(text.substr(0, text.size() - rest.size()));
  const std::string_view word = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::string unit = meant(quantity, word);
  Error error = wrong(quantity, text, unit.empty() ? "" : fmt::format("write {}{}", number, unit));
  if (word.size() < rest.size() && unit == word)
    error.what = fmt::format("a space between number and unit in \"{}\"", text);
  else if (word.find_first_of("0123456789") != std::string_view::npos)
    error.what = fmt::format("more than one number in \"{}\"", text);
  else
    error.what = fmt::format("unknown unit \"{}\" in \"{}\"", word, text);
  return error;
}

/// Number and unit, multiplied.
Result<double> read(const Quantity& quantity, std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('-'))
    return tl::unexpected(
        Error{fmt::format("\"{}\" is negative", text), fmt::format("write {}", quantity.examples)});
  const std::optional<double> number = take_number(rest);
  if (!number) return tl::unexpected(wrong(quantity, text));
  const Unit* const end = quantity.first + quantity.count;
  if (rest.empty()) {
    std::string choices;
    for (const Unit* unit = quantity.first; unit != end; ++unit)
      choices += fmt::format("{}{}{}",
                             unit == quantity.first ? ""
                             : unit + 1 == end      ? " or "
                                                    : ", ",
                             text, unit->name);
    return tl::unexpected(
        Error{fmt::format("\"{}\" has no unit", text), fmt::format("write {}", choices)});
  }
  const Unit* const unit =
      std::find_if(quantity.first, end, [&](const Unit& u) { return u.name == rest; });
  if (unit != end) return *number * unit->factor;
  return tl::unexpected(unknown_unit(quantity, text, rest));
}

/// Up to `decimals` places, without trailing zeros.
std::string plain(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text;
}

std::string three_digits(double value) {
  const int before = value < 1 ? 1 : static_cast<int>(std::floor(std::log10(value))) + 1;
  return plain(value, std::max(0, 3 - before));
}

/// The number of `unit`s in `value` if it is exact with at most `decimals` places and four digits.
std::optional<std::string> exactly(double value, const Unit& unit, int decimals) {
  const double count = value / unit.factor;
  if (count < 1 || count >= 10'000) return std::nullopt;
  std::string text = plain(count, decimals);
  if (std::ranges::count_if(text, [](char c) { return c != '.'; }) > 4) return std::nullopt;
  double back = 0;
  std::from_chars(text.data(), text.data() + text.size(), back);
  if (std::abs(back * unit.factor - value) > value * 1e-12) return std::nullopt;
  return text + std::string(unit.name);
}

}  // namespace

bool Statuses::contains(int status) const {
  return std::ranges::any_of(
      ranges, [=](const auto& r) { return status >= r.first && status <= r.second; });
}

Result<Duration> parse_duration(std::string_view text) {
  const Quantity quantity{"a duration", duration_units.data(), duration_units.size(),
                          "250ms, 10s or 5m"};
  const Result<double> value = read(quantity, text);
  if (!value) return tl::unexpected(value.error());
  if (*value > longest)
    return tl::unexpected(
        Error{fmt::format("\"{}\" is longer than 292 years", text), "write a shorter time"});
  return Duration(std::llround(*value));
}

Result<Rate> parse_rate(std::string_view text) {
  const Quantity quantity{"a rate", rate_units.data(), rate_units.size(), "3/s, 30/m or 100/h"};
  const Result<double> value = read(quantity, text);
  if (!value) return tl::unexpected(value.error());
  if (!(*value > 0))
    return tl::unexpected(
        Error{fmt::format("\"{}\" is not above zero", text), "write a rate such as 3/s"});
  if (*value > most_per_second)
    return tl::unexpected(
        Error{fmt::format("\"{}\" is too high", text), "write a rate such as 500/s"});
  const auto unit =
      std::ranges::find_if(rate_units, [&](const Unit& one) { return text.ends_with(one.name); });
  return Rate{*value, unit == rate_units.end() ? 1 : 1 / unit->factor};
}

Result<Size> parse_size(std::string_view text) {
  const Quantity quantity{"a size", size_units.data(), size_units.size(), "10B, 4KiB or 1MiB"};
  const Result<double> value = read(quantity, text);
  if (!value) return tl::unexpected(value.error());
  if (*value > largest)
    return tl::unexpected(
        Error{fmt::format("\"{}\" is too large", text), "write a size such as 4KiB"});
  if (std::floor(*value) != *value)
    return tl::unexpected(Error{fmt::format("\"{}\" is not a whole number of bytes", text),
                                "write a size such as 1536B"});
  return Size{static_cast<std::uint64_t>(*value)};
}

Result<Share> parse_share(std::string_view text) {
  const Quantity quantity{"a share", share_units.data(), share_units.size(), "99% or 0.5%"};
  const Result<double> value = read(quantity, text);
  if (!value) return tl::unexpected(value.error());
  if (*value > 1 + 1e-12)
    return tl::unexpected(
        Error{fmt::format("\"{}\" is more than 100%", text), "write a share from 0% to 100%"});
  return Share{std::min(*value, 1.0)};
}

Result<Statuses> parse_statuses(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() == 3 && text[0] >= '1' && text[0] <= '5') {
    const int hundreds = (text[0] - '0') * 100;
    if (text.substr(1) == "xx") return Statuses{{{hundreds, hundreds + 99}}};
    if (digit(text[1]) && digit(text[2])) {
      const int code = hundreds + (text[1] - '0') * 10 + (text[2] - '0');
      return Statuses{{{code, code}}};
    }
  }
  const bool number = !text.empty() && std::ranges::all_of(text, digit);
  return tl::unexpected(
      Error{number ? fmt::format("{} is not a status from 100 to 599", text)
                   : fmt::format("\"{}\" is not a status", text),
            "write a code such as 200, a class such as 2xx, or a list such as [200, 204]"});
}

std::string to_string(Duration value) {
  if (value < Duration::zero()) return "-" + to_string(-value);
  if (value == Duration::zero()) return "0s";
  const auto count = static_cast<double>(value.count());
  std::optional<std::string> best;
  for (const int decimals : {0, 3}) {
    for (std::size_t i = duration_units.size(); i-- > 0;) {
      if (decimals > 0 && i > 3) continue;  // 90s, not 1.5m
      const auto text = exactly(count, duration_units[i], decimals);
      if (text && (!best || text->size() < best->size())) best = text;
    }
  }
  if (best) return *best;
  for (std::size_t i = 3;; --i)
    if (count >= duration_units[i].factor || i == 0)
      return three_digits(count / duration_units[i].factor) + std::string(duration_units[i].name);
}

std::string to_string(Rate value) {
  for (const int decimals : {0, 3})
    for (const Unit& unit : rate_units)
      if (const auto text = exactly(value.per_second, unit, decimals)) return *text;
  const Unit& unit = value.per_second * 60 >= 1     ? rate_units[0]
                     : value.per_second * 3600 >= 1 ? rate_units[1]
                                                    : rate_units[2];
  const double count = value.per_second / unit.factor;
  return (count < 1 ? fmt::format("{:.3g}", count) : three_digits(count)) + std::string(unit.name);
}

std::string to_string(Size value) {
  if (value.bytes == 0) return "0B";
  const auto count = static_cast<double>(value.bytes);
  std::optional<std::string> best;
  for (const Unit& unit : size_units)
    if (const auto text = exactly(count, unit, 0); text && (!best || text->size() < best->size()))
      best = text;
  if (best) return *best;
  for (std::size_t i = 3;; --i)
    if (count >= size_units[i].factor || i == 0)
      return three_digits(count / size_units[i].factor) + std::string(size_units[i].name);
}

std::string to_string(Share value) {
  const double percent = value.of_one * 100;
  for (int decimals = 0; decimals <= 4; ++decimals) {
    const std::string text = plain(percent, decimals);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    if (std::abs(back - percent) < 1e-9) return text + "%";
  }
  if (percent < 1) return fmt::format("{:.3g}%", percent);
  std::string text = three_digits(percent);
  for (int decimals = 1; text == "100" && decimals <= 9; ++decimals)
    text = plain(percent, decimals);
  return text + "%";
}

std::string to_string(const Statuses& value) {
  std::vector<std::string> words;
  for (const auto& [from, to] : value.ranges) {
    if (from == to)
      words.push_back(std::to_string(from));
    else if (from % 100 == 0 && to == from + 99)
      words.push_back(fmt::format("{}xx", from / 100));
    else
      for (int status = from; status <= to; ++status) words.push_back(std::to_string(status));
  }
  if (words.size() == 1) return words.front();
  return fmt::format("[{}]", fmt::join(words, ", "));
}

}  // namespace ingress_check
