// Header fields in the order in which they were written or received. Names compare without regard
// to case (RFC 9110, 5.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingress_check {

struct Headers {
  std::vector<std::pair<std::string, std::string>> fields;

  /// The first value of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  /// Every value of that name, in order.
  std::vector<std::string_view> all(std::string_view name) const;
  void add(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
  }
  /// Replaces every value of that name, or adds it.
  void set(std::string_view name, std::string value);
  friend bool operator==(const Headers&, const Headers&) = default;
};

/// Why this cannot be sent as a header field (RFC 9110, 5.1 and 5.5); empty if it can.
std::string header_mistake(std::string_view name, std::string_view value);

/// ASCII letters compare without regard to case.
bool same_name(std::string_view a, std::string_view b);

}  // namespace ingress_check
