#include "checks/fake_echo.h"

namespace ingress_check {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Takes the part before the separator off the text.
std::string_view next_part(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(part);
}

}  // namespace

Duration ordered_delay(const Request& request, std::string_view pod) {
  Duration delay{};
  for (std::string_view lists : request.headers.all("X-Echo"))
    while (!lists.empty()) {
      auto clauses = next_part(lists, ',');
      bool holds = true;
      Duration ordered = delay;
      while (!clauses.empty()) {
        const auto clause = next_part(clauses, ';');
        if (clause.starts_with("pod=")) holds = clause.substr(4) == pod;
        if (clause.starts_with("delay="))
          ordered = parse_duration(std::string(clause.substr(6))).value_or(Duration{});
      }
      if (holds) delay = ordered;
    }
  return delay;
}

}  // namespace ingress_check
