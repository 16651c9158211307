#include "scenarios/yaml_characters.h"

#include <fmt/format.h>

#include "scenarios/utf8.h"

namespace ingress_check {

namespace {

constexpr std::size_t most_control_characters = 5;  ///< reported of one file

/// What a character that no file may hold is called, and what to do about it.
Error unfit(const Character& c, Place place) {
  if (!c.valid)
    return {fmt::format("byte 0x{:02X} is not UTF-8", static_cast<unsigned>(c.code)),
            "save the file as UTF-8", std::move(place)};
  if (c.code == 0)
    return {"a zero byte: this is not a text file", "give a YAML file, saved as UTF-8",
            std::move(place)};
  return {fmt::format("control character U+{:04X}", static_cast<unsigned>(c.code)),
          c.code <= 0xFF ? fmt::format("delete it, or write \"\\x{:02X}\" in double quotes",
                                       static_cast<unsigned>(c.code))
                         : fmt::format("delete it, or write \"\\u{:04X}\" in double quotes",
                                       static_cast<unsigned>(c.code)),
          std::move(place)};
}

}  // namespace

Errors unfit_characters(std::string_view text, const std::string& file) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return {Error{"the file is UTF-16", "save it as UTF-8", Place{file, 0, 0, 1}}};
  Errors errors;
  const bool binary = text.find('\0') != std::string_view::npos;
  Place place{file, 1, 1, 1};
  while (!text.empty()) {
    const Character c = first_character(text);
    const bool crlf = text.starts_with("\r\n");
    if (c.code == '\n' || (c.code == '\r' && !crlf)) {
      ++place.line;
      place.column = 0;
    } else if (binary && c.code != 0) {
      // only the zero byte matters then
    } else if (!crlf && c.code != '\t' && (!c.valid || is_control(c.code))) {
      errors.push_back(unfit(c, place));
      if (!c.valid || c.code == 0 || errors.size() == most_control_characters) return errors;
    }
    ++place.column;
    text.remove_prefix(c.bytes);
  }
  return errors;
}

}  // namespace ingress_check
