// Routes that are answered 404 by nobody who names himself: is it the path, the host, or
// everything?
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checks/routing/routing/reading.h"

namespace ingress_check::routing {

/// What to call with each cause: its id, the text, and what separates it from those like it.
using Blame = std::function<void(std::string_view, std::string, std::string)>;

/// The causes of those readings that are answered 404 where something was expected.
void missing_routes(const std::vector<Reading>& readings,
                    const std::vector<const Reading*>& not_found, const Blame& blame);

/// "foo.com" of "bar.foo.com"; empty for a single label.
std::string parent_of(const std::string& host);

}  // namespace ingress_check::routing
