// A check is a pure function: Params, Subject and the Evidence so far in; the next Traffic, or a
// Verdict, out. It never touches a socket, a clock or a thread. How to write one: checks/README.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "checks/profile.h"
#include "checks/verdict.h"
#include "harness/evidence.h"
#include "harness/traffic.h"
#include "scenarios/fields.h"
#include "scenarios/scenario.h"

namespace ingress_check {

/// How often a run on correct ingresses may be red: all its statistical tests share it.
inline constexpr double run_alpha = 1e-4;

/// The target that a comparing check compares its own with: the first that the scenario names.
struct Reference {
  Target target;                    ///< matrix cell already applied
  Profile controller;               ///< overrides of the scenario already applied
  bool controller_guessed = false;  ///< as in Subject
  std::size_t addresses = 1;        ///< as in Subject
  Params params;                    ///< of the check, with the values for this target
};

/// All that a check may know besides its parameters and what came back.
struct Subject {
  Target target;                    ///< matrix cell already applied
  Profile controller;               ///< overrides of the scenario already applied
  bool controller_guessed = false;  ///< found by `auto`: what it says never fails a check
  std::size_t addresses = 1;        ///< that the target's name resolves to
  double power = 0.99;              ///< a stated defect is caught with at least this
  double alpha = run_alpha;         ///< of each statistical test of the check (alpha.h)
  std::uint64_t seed = 1;
  std::chrono::system_clock::time_point
      now;                                  ///< when the run began: for days left of a certificate
  std::optional<Reference> reference = {};  ///< of a check that compares; else none
};

/// What a check wants next: traffic to send, or its verdict.
using Step = std::variant<Traffic, Verdict>;

/// A cause that a check can name, once, for diagnosis, `explain` and the test that some planted
/// defect reaches each.
struct Cause {
  std::string id;     ///< stable: "prefix-without-element-boundary"
  std::string means;  ///< one sentence
  std::string fix;
  std::string source;  ///< public documentation or RFC
  /// What the check protects is in force nevertheless, otherwise than stated.
  bool in_force = false;
};
inline Cause in_force(Cause cause) {
  cause.in_force = true;
  return cause;
}

/// Upper bounds, known before the first request; the runner stops a check that exceeds them.
struct Bounds {
  std::uint64_t requests =
      0;                 ///< requests, handshakes and dialogues on one address, retries included
  double peak_rate = 0;  ///< a second; 0: one after the other, as fast as answers come
  Duration time{};       ///< if every exchange took the target's whole timeout, at most
  Duration waits{};      ///< unavoidable waiting within that
  std::vector<std::string> side_effects;
};

/// In which order a scenario's checks run, so that none spoils the next.
enum class Order { passive, balanced, sticky, load, storm, command };

/// At most so many phases a check; asking for one more is a bug that ends it as an Error.
inline constexpr int max_phases = 32;

struct Check {
  CheckWords words;
  std::string proves;  ///< what a pass proves, in one or two sentences
  std::string blind;   ///< what it cannot see
  std::string sends;   ///< what traffic it sends
  Order order = Order::passive;
  bool protects = false;  ///< it stands for a protection: a limit, a policy, stickiness, TLS
  std::vector<Cause> causes;
  Step (*step)(const Params&, const Subject&, std::span<const Evidence> so_far) = nullptr;
  Bounds (*bounds)(const Params&, const Subject&) = nullptr;
  /// How many statistical tests can fail it, looks included. Null: none, all that it says proves
  /// itself or is bounded apart from alpha.
  std::uint64_t (*tests)(const Params&) = nullptr;
  /// It asks two targets and compares their answers: is run for every target but the scenario's
  /// first, which is its Subject's reference. Its bounds count what it sends to both.
  bool compares = false;

  /// Aborts if there is no such cause: a check names only what it lists.
  const Cause& cause(std::string_view id) const;
};

/// Every check, in order of name: one line a file (ci/rooms.cmake).
std::span<const Check* const> all_checks();
const Check* find_check(std::string_view name);

/// The Evidence of that phase, or null: a check finds its way by name, never by counting.
const Evidence* phase(std::span<const Evidence> so_far, std::string_view name);

}  // namespace ingress_check
