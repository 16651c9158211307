#include "reports/markup.h"

#include "reports/format.h"

namespace ingress_check {

std::string in_markup(std::string_view untrusted, std::size_t most) {
  std::string out;
  for (const char c : printable(untrusted, most)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace ingress_check
