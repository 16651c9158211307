// The parts of the HTML page, each as the data that its template (page.html) names. A name that an
// object lacks would be looked up in what surrounds it, so each object has all of its names; what
// is empty is false. The template escapes; control characters and the like are made visible here.
#pragma once

#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/standing.h"

namespace ingress_check::html {

using Data = kainjow::mustache::data;

Data object(std::vector<std::pair<const char*, Data>> members);
/// One line, printable, cut at `most` characters.
Data text(std::string_view untrusted, std::size_t most = 400);
/// Line breaks are kept.
Data lines(std::string_view untrusted, std::size_t most_of_a_line = 400);
/// Objects with the one name "text".
Data texts(const std::vector<std::string>& all);

/// "good", "bad" or "open", for the colour.
const char* color(const CheckReport& check, const ExitPolicy& policy);
/// Where a check is told more about; "" where it is not.
std::string anchor(const Report& report, const CheckReport& check);

/// All that the template names.
Data page_of(const Report& report);

/// How targets or results compare; nothing where there is none.
void add_comparison(const Report& report, Data& page);
/// What came of it, what was tested, what was not.
void add_front(const Report& report, Data& page);
/// Everything about checks that did not pass, the worst first.
void add_findings(const Report& report, Data& page);
/// Tables and charts of loads.
void add_loads(const Report& report, Data& page);
/// What the passes have shown.
void add_proofs(const Report& report, Data& page);

/// The checks of all scenarios, in order.
std::vector<const CheckReport*> all_checks(const Report& report);
/// Whether the page tells it as a finding.
bool is_finding(const CheckReport& check);

}  // namespace ingress_check::html
