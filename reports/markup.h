// Text that nobody vouches for, in HTML, SVG and XML.
#pragma once

#include <string>
#include <string_view>

namespace ingress_check {

/// Made printable, cut at `most` characters, and escaped: fit for the content of an element and for
/// a quoted attribute.
std::string in_markup(std::string_view untrusted, std::size_t most);

}  // namespace ingress_check
