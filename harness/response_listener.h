// What is heard of one HTTP response, whatever the version.
#pragma once

#include <cstdint>
#include <string_view>

namespace ingress_check {

/// Hears one response, in order. Views are valid during the call only.
class ResponseListener {
 public:
  enum class Section : std::uint8_t { interim, head, trailer };

  /// `status` 100 to 999; once for each interim response and once for the final one.
  virtual void on_status(int /*status*/, std::string_view /*reason*/) {}
  /// Name as sent, value without the blanks around it. May hold bytes above 0x7f.
  virtual void on_field(Section /*where*/, std::string_view /*name*/, std::string_view /*value*/) {}
  /// A piece of the body without its framing, never empty; pieces follow those of feed().
  virtual void on_body(std::string_view /*bytes*/) {}

 protected:
  ~ResponseListener() = default;
};

}  // namespace ingress_check
