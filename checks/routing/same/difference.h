// What differs in the answers to one request, and why, as far as the answers tell.
#pragma once

#include <string>
#include <vector>

#include "checks/routing/same/judged.h"

namespace ingress_check::same {

struct Difference {
  std::string cause;                ///< id in the table of causes
  std::string about;                ///< with the cause what tells one group from another
  std::string expected, actual;     ///< what the reference answered, and the other
  std::string or_else = {};         ///< another cause that these answers fit as well; may be empty
  std::string separates = {};       ///< what would tell the two apart
  std::string fix = {};             ///< in place of the one in the table; empty: that one
  std::optional<Piece> value = {};  ///< of one that is nothing but another value of this piece

  std::string group() const { return cause + "|" + about; }
};

/// Both sides of a check: how an answer of each is put into words, and who made it.
struct Sides {
  explicit Sides(const Subject& subject);
  Subject of_reference;  ///< the reference as the subject
  const Subject& mine;
  const std::string& old_name() const { return of_reference.target.name; }
  const std::string& new_name() const { return mine.target.name; }
};

/// The table of causes, the gravest first.
std::vector<Cause> causes();

/// All that differs, the gravest first, for one request of the plan; what follows from something
/// graver (another page has other headers) is left out. `all` are the answers to every request.
std::vector<Difference> differences(const Plan& plan, const Sides& sides,
                                    const std::vector<Judged>& all, std::size_t index);

/// Another status, another service, or an answer on one side alone; none: the same route. Both
/// sides answer otherwise.
std::optional<Difference> route_difference(const Plan& plan, const Sides& sides,
                                           const std::vector<Judged>& all, std::size_t index);
/// Of a 3xx: where it leads, if its status is the same on both sides or changes methods on one.
void add_redirect(const Judged& judged, std::vector<Difference>& found);

/// What about the shape of a request explains that one side has another route for it.
struct Shape {
  std::string cause;  ///< empty: its shape is plain
  bool sure = false;  ///< the same request in its plain shape was asked too, and is the same
  std::string separates;
};
Shape shape(const Plan& plan, const std::vector<Judged>& all, std::size_t index);

/// Whether two paths are the same but for a last slash, for upper and lower case, or once both are
/// normalised (RFC 3986, 6.2.2: dot segments, doubled slashes, escapes): the cause's id; empty.
std::string path_likeness(std::string_view a, std::string_view b);

/// Whether it is the page of the ingress for a request that no rule matches.
bool is_no_route(const Subject& side, const Exchange& exchange);

/// A value as reports show it: quoted, cut at 120 characters; "nothing" if there is none.
std::string shown(const std::optional<std::string>& value);

/// Why this may be a difference of the pods and not of the ingresses: pods put their names and what
/// is theirs into values of their own, and a policy that prefers a pod (EWMA, hashing) may have led
/// each side to another one, however often it was asked. Empty: it is the ingresses'.
std::string may_be_the_pods(const std::vector<Judged>& all, std::size_t index,
                            const Difference& difference);

/// Whether other requests show that this value varies by itself, on both sides, between what each
/// side gave here: then it is no difference.
bool varies_elsewhere(const std::vector<Judged>& all, std::size_t index, const Piece& piece);

/// The profiles' word on it: "the profiles of ingress-nginx@1.x and traefik predict this: ...";
/// empty if they say nothing, or the same.
std::string predicted(const Sides& sides, const Difference& difference);

}  // namespace ingress_check::same
