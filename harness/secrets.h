// What must not be shown: credentials that headers carry, and where a secret stands in a text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/headers.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// Whether the field carries something that opens doors: Authorization, Cookie, API keys, tokens.
bool is_credential(std::string_view header_name);

/// Adds what the credentials among these headers hold, whether or not the user called them secret,
/// under the header's name as a shell variable (X_API_KEY): what follows the scheme of
/// Authorization, of Basic also the password, of cookies each value (COOKIE_SESSION). A value that
/// is one of `secrets` is not added again.
void add_credentials(const Headers& headers, std::vector<Secret>& secrets);

/// Where the secret begins in `text` at or after `from`; npos if nowhere. One `as_word` is found
/// only where no letter or digit touches it.
std::size_t find_secret(std::string_view text, const Secret& secret, std::size_t from = 0);

}  // namespace ingress_check
