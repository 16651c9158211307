// What a check concludes, with its evidence in words and figures. Plain data for reports and
// comparisons.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/evidence.h"
#include "scenarios/error.h"

namespace ingress_check {

/// One broken expectation, counted over all exchanges that broke it the same way.
struct Finding {
  Place place;  ///< of the user's words that were not met
  std::string
      subject;  ///< what was asked: "GET http://frieza.dev/app1x", "TLS handshake for frieza.dev"
  std::string expected;
  std::string actual;  ///< with numbers: "200 by app1 (pod app1-7d9f), 12 of 12"
  std::uint64_t broke = 1, of = 1;
  std::optional<Request> request;            ///< for the line that reproduces it
  std::optional<Request> of_reference = {};  ///< the same as asked of the reference, in comparisons
  std::optional<Exchange> exchange;          ///< one example, body cut at 4 KiB
};

/// The likely cause. Where two look the same, a Verdict has both and `separates` says what would
/// tell them apart.
struct Diagnosis {
  std::string cause;  ///< stable id, one of the check's Cause table
  std::string text;   ///< what is probably wrong, in words, with the names and numbers of this case
  std::string fix;    ///< the setting that mends it
  std::string source;     ///< where it is documented
  std::string separates;  ///< may be empty
};

struct Figure {
  std::string name;  ///< unit in the name: "certificate_days_left", "redirect_hops"
  double value = 0;
};

struct Verdict {
  enum class Kind { pass, fail, inconclusive, not_supported };
  Kind kind = Kind::pass;
  std::string summary;  ///< one sentence, no full stop
  std::vector<Finding>
      findings;  ///< of a failure; of an inconclusive verdict what could not be decided
  std::vector<Diagnosis> diagnoses;  ///< the likeliest first
  std::vector<Figure> figures;
  std::vector<std::string> shown;      ///< what a pass has shown
  std::vector<std::string> not_shown;  ///< and what it has not, or what was not protected or proved
  std::vector<std::string> notes;      ///< worth knowing, judged nowhere
  std::map<std::string, std::string>
      traits;  ///< observed behaviour under the profile's keys: "redirect.status" -> "308"
};

std::string to_string(Verdict::Kind kind);  ///< "pass", "fail", "inconclusive", "not supported"

}  // namespace ingress_check
