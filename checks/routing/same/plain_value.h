// Values that say the same in other letters.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "harness/exchange.h"
#include "harness/set_cookie.h"

namespace ingress_check::same {

/// A header's value, as far as it says anything: lists of which neither the order nor the spacing
/// matters (Vary, Allow, Cache-Control and those of CORS) sorted, their names in lower case except
/// methods (RFC 9110, 9.1); a Content-Type without spaces around its semicolons, in lower case but
/// for parameters other than charset. Others as they are. `name` in lower case.
std::string plain_value(std::string_view name, std::string_view value);

/// When a cookie ends by its Expires: "none", "past", or "60 s ahead" of the Date of the answer, or
/// of our own clock where it has none.
std::string plain_expires(const SetCookie& cookie, const Exchange& exchange);

/// Whether two of plain_expires() say the same: ends ahead that are at most 2 s and 5 % apart, for
/// clocks show whole seconds and an answer takes its time.
bool same_expires(std::string_view a, std::string_view b);

}  // namespace ingress_check::same
