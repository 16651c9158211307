// How the path of a rule may reach a path that is asked for: pure functions of text.
#pragma once

#include <string>
#include <vector>

namespace ingress_check::routing {

/// "/aaa" and "/aaa/" are element-wise prefixes of "/aaa/bbb"; "/aa" is not.
bool element_prefix(const std::string& shorter, const std::string& path);

/// "/aa" is a prefix of "/aaa" that ends in the middle of an element.
bool mere_prefix(const std::string& shorter, const std::string& path);

/// A path and what it is below: "/aaa/ccc" and "/aaa". A rule that serves it has one of these.
std::vector<std::string> stems(std::string path);

/// The path begins with the rule's only if case is ignored.
bool only_without_case(const std::string& rule, const std::string& path);

/// ASCII letters in capitals.
std::string upper(std::string text);

}  // namespace ingress_check::routing
