// What `same` asks two targets, what of the answers it compares, and in which order it asks.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "checks/expectation.h"

namespace ingress_check::same {

/// The parts of an answer that `compare` may name, in the order in which reports name them.
const std::vector<std::string>& parts();

/// Header fields that are not compared unless `ignore` is about them: those of the connection (RFC
/// 9110, 7.6.1), of the way the body travels, and those by which whoever passes an answer on names
/// itself and the time.
const std::vector<std::string>& always_ignored();

/// One request, as each of the two is asked for it.
struct Asked {
  Request of_reference, mine;
  Place place;  ///< of the user's words
};

struct Plan {
  std::vector<Asked> requests;
  std::set<std::string> parts;               ///< that are compared
  std::vector<std::string> ignored_headers;  ///< of `ignore`
  std::vector<std::string> ignored_patterns;
  std::uint32_t compared_of_body = 64 << 10;  ///< bytes, the first; of more, the length alone

  bool compares(const std::string& part) const { return parts.contains(part); }
};

std::vector<Field> fields();
void review(const Params& params, Errors& errors);
/// `subject` has a reference.
Plan read_plan(const Params& params, const Subject& subject);

/// Each of the two is asked in a phase before and in one after those of the other (A B B A): what
/// changes with time then changes between the two phases of A as well.
struct Phase {
  std::string name;
  bool to_reference = false;
  std::uint32_t times = 1;  ///< each request
};
/// Every request, once a phase.
const std::vector<Phase>& first_look();
/// Those whose answers seem to differ, again.
const std::vector<Phase>& second_look();
/// How often each of the two is asked in both looks.
std::uint32_t most_samples();

/// How much of each body is compared, in bytes: 1 MiB, less where so many requests would keep more
/// than 256 MiB of bodies together, never less than 64 KiB.
std::uint32_t compared_of_body(std::size_t requests);

/// The index of each request of the plan.
std::vector<std::size_t> every_request(const Plan& plan);
/// The indexes of `which`, each so often as the phase says, in an order of chance: so that no turn
/// that pods take keeps step with the list.
std::vector<std::size_t> order(const Phase& phase, const std::vector<std::size_t>& which,
                               std::uint64_t seed);
Traffic traffic(const Phase& phase, const Plan& plan, const std::vector<std::size_t>& which,
                std::uint64_t seed);

}  // namespace ingress_check::same
