// What a cookie may be called.
#pragma once

#include <string>

#include "scenarios/fields.h"

namespace ingress_check {

/// A mistake if the word of that name is a text, and not the name of a cookie (RFC 6265, 4.1.1).
inline void review_cookie_name(const Params& params, const std::string& word, Errors& errors) {
  const auto* cookie = params.find(word);
  if (!cookie || !cookie->is<std::string>()) return;
  const auto& name = cookie->as<std::string>();
  if (name.empty() || name.find_first_of("=; \t,\"") != std::string::npos)
    errors.push_back({"\"" + name + "\" is no name of a cookie",
                      "write letters, digits, - and _ (RFC 6265, 4.1.1)", cookie->place});
}

}  // namespace ingress_check
