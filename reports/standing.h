// How a check stands after a run, in one word and in one sentence; every format says it alike.
#pragma once

#include <string>

#include "reports/report.h"

namespace ingress_check {

/// A check's verdict together with `expect-fail`, `only` and what kept it from being judged.
enum class Standing {
  pass,
  fail,
  inconclusive,
  not_supported,
  expected_fail,
  unexpected_pass,
  skipped,
  not_judged
};

Standing standing(const CheckReport& check);

/// "pass", "not-supported", ...: the word that programs switch on.
std::string to_string(Standing standing);

/// The same for people: "not supported", "passes unexpectedly".
std::string in_words(Standing standing);

/// "3 passed, 1 failed, 1 skipped": what there is none of is left out; "nothing was judged" if
/// there is nothing.
std::string in_words(const Tally& tally);

/// The scenarios' names, printable; one that was taken before gets a number: "shop (2)".
std::vector<std::string> distinct_names(const Report& report);

/// Whether it makes the run fail under the report's policy.
bool fails(const CheckReport& check, const ExitPolicy& policy);

/// For an order with the worst first: 0 what makes the run fail, then what was not judged, what is
/// inconclusive, not supported, skipped, and last what passed.
int rank(const CheckReport& check, const ExitPolicy& policy);

/// Name and matrix cell: "routes http=2".
std::string name_and_cell(const CheckReport& check);

/// Name, matrix cell and, where it is not the only one, the target: "routes http=2 on old". Nothing
/// measured is in it, so that it is the same from run to run.
std::string title(const CheckReport& check);

/// The summary, with what `expect-fail` or `only` makes of it. Untrusted text is made printable.
std::string said(const CheckReport& check);

}  // namespace ingress_check
