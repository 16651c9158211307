// Two simulated ingresses, the old one and the new one, for the tests of `same`.
#pragma once

#include "checks/practice_test.h"

namespace ingress_check::practice {

struct TwoIngresses {
  FakeConfig old = two_apps(), fresh = two_apps();
  std::string old_url = "http://frieza.dev", new_url = "http://frieza.dev";
  std::uint64_t seed = 1;
};

/// Hands each phase to the ingress whose target it names.
class Either : public Sender {
 public:
  explicit Either(const TwoIngresses& two) : old_(two.old), fresh_(two.fresh) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override {
    return (target.name == "old" ? old_ : fresh_).send(target, traffic, watch);
  }

 private:
  FakeIngress old_, fresh_;
};

inline Subject new_beside_old(const TwoIngresses& two, const Params& params) {
  Subject both = subject(two.new_url);
  both.target.name = "new";
  both.seed = two.seed;
  const Subject old = subject(two.old_url);
  both.reference = Reference{old.target, old.controller, false, 1, params};
  both.reference->target.name = "old";
  return both;
}

inline Examination compare(const Check& check, const std::string& yaml, const TwoIngresses& two,
                           const std::function<void(Subject&)>& change = {}) {
  const Params words = params(check, yaml);
  Subject both = new_beside_old(two, words);
  if (change) change(both);
  Either sender(two);
  Watch watch;
  auto done = ingress_check::examine(check, words, both, sender, watch);
  if (done) return std::move(*done);
  ADD_FAILURE() << done.error().what;
  return {};
}

}  // namespace ingress_check::practice
