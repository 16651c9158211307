// What a user writes about one exchange, shared by routing and exchange: the words of `send` and of
// `expect`, and how an answer is measured against them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"

namespace ingress_check {

/// A word of the user, with the place where it stands.
template <class T>
struct Stated {
  T value;
  Place place;
};

/// What the pod must have seen of the request.
struct ExpectedSight {
  std::optional<Stated<TextMatch>> path, host;
  std::optional<Stated<std::string>> method;
  std::vector<std::pair<std::string, Stated<TextMatch>>> headers;
  std::vector<Stated<std::string>> absent;
};

struct Expectation {
  Place place;      ///< of the route or step
  Statuses status;  ///< 2xx unless stated; 3xx with `location`; any with `from: ingress`
  std::optional<Place> status_stated;
  std::optional<Stated<std::string>> service;
  std::optional<Stated<TextMatch>> pod;
  std::optional<Stated<Origin::By>> from;
  std::vector<std::pair<std::string, Stated<TextMatch>>> headers;
  std::vector<Stated<std::string>> absent;
  std::optional<Stated<TextMatch>> body;
  std::optional<Stated<Size>> body_size;
  std::optional<Stated<TextMatch>> location;
  std::optional<Stated<Duration>> within, after;
  std::optional<ExpectedSight> seen;
};

/// What is kept of an answer's body where something of it is expected or captured.
inline constexpr std::uint32_t most_of_body = 8 << 20;
/// How much of the body this expectation needs; 0: what is kept anyway is enough.
std::uint32_t kept_of_body(const Expectation& expected);

/// The fields of `expect`, of `send`, and the few that the short form of a route repeats.
std::vector<Field> expectation_fields();
std::vector<Field> request_fields();
std::vector<KeyRule> request_rules();
std::vector<Field> short_expectation_fields();

/// Methods that are no tokens and headers that cannot be sent (RFC 9110, 5.1, 5.5 and 9.1).
void review_request(const Object& words, Errors& errors);

/// Reads decoded words; `place` is the route's or step's own.
Expectation read_expectation(const Object& words, const Place& place);
/// Waits for the answer longer than the target's `timeout` where the expectation allows or asks for
/// longer: `within` and `after` are what judges it.
void wait_long_enough(Request& request, const Expectation& expected, const Target& target);
/// The request that `send` (or the short form) asks for at this target.
Request read_request(const Object& words, const Target& target);

/// One part of an expectation that an exchange does not meet, or that it cannot tell.
struct Shortfall {
  enum class Kind {
    broken,
    undecided,    ///< known to the harness only by guess: `mend` is the line to write
    unsupported,  ///< the backend does not say: `mend` is what would make it able
  };
  Kind kind = Kind::broken;
  std::string part;  ///< "status", "service", "pod", "from", "header X", "body", "seen path", ...
  Place place;
  std::string expected, actual;
  std::string mend = {};
  /// What becomes of it once another answer of the same check names its application: then one that
  /// names none is the ingress's.
  enum class OnceNamed { stays, falls_away, breaks } once_named = OnceNamed::stays;
};

/// Every part that is not met, in the order of the words. An exchange without an answer gives one
/// Shortfall of the part "answer". Empty: as expected.
std::vector<Shortfall> measure(const Expectation& expectation, const Subject& subject,
                               const Request& request, const Exchange& exchange);

/// "200 by app1 (pod app1-7d9f4)", "404 by the ingress (no-route)", "connection refused by
/// 127.0.0.1:80".
std::string describe(const Subject& subject, const Exchange& exchange);

/// "GET http://frieza.dev/app1".
std::string describe(const Request& request);

/// A copy that is fit for a Finding: the body cut at 4 KiB.
Exchange example(Exchange exchange);

/// Whether a value of the answer is what was written: equal, or the pattern is found in it.
bool matches(const TextMatch& expected, std::string_view actual);
/// `"app1"` or `something that matches ^app`.
std::string to_string(const TextMatch& expected);

}  // namespace ingress_check
