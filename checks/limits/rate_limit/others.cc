// Whether somebody else is touched by the limit, and whether it can be dodged: asked while the
// client's own bucket is drained.
#include <fmt/format.h>

#include <algorithm>

#include "checks/answers.h"
#include "checks/limits/rate_limit/judging.h"

namespace ingress_check::rate_limit {

namespace {

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

class Others {
 public:
  Others(const Plan& plan, const Subject& subject, const Measured& storm,
         std::span<const Evidence> so_far, Conclusion& conclusion)
      : plan_(plan), subject_(subject), storm_(storm), so_far_(so_far), conclusion_(conclusion) {}

  void judge() {
    if (const auto* forged = phase(so_far_, phase_forged)) judge_forged(*forged);
    for (std::size_t i = 0; i < plan_.also.size(); ++i)
      if (const auto* sent = phase(so_far_, phase_also(i))) judge_also(*sent, plan_.also[i]);
    if (const auto* client = phase(so_far_, phase_other_client))
      judge_untouched(*client, plan_.other_address->place, "from " + plan_.other_address->value,
                      "shared-by-clients",
                      "Requests from another address are refused while this client's are.");
    if (const auto* ingress = phase(so_far_, phase_other_ingress))
      judge_untouched(*ingress, plan_.other_url->place, "GET " + to_string(plan_.other_url->value),
                      "shared-by-ingresses",
                      "Requests to another Ingress are refused while these are.");
    if (plan_.replicas > 1) not_shown("whether a forged header dodges the limit" + why_not());
    if (plan_.also.empty())
      not_shown("whether other paths are under the limit: name them under `also`");
    if (!plan_.other_address)
      not_shown("whether other clients are limited apart: name `others: {source-address: ...}`");
    if (!plan_.other_url)
      not_shown("whether another Ingress is limited apart: name `others: {url: ...}`");
  }

 private:
  void not_shown(std::string what) { conclusion_.verdict.not_shown.push_back(std::move(what)); }

  std::size_t tally(const Evidence& evidence, Arrival::Fate fate) const {
    return count(arrivals(*evidence.load, plan_.status), fate);
  }

  /// When the bucket was last seen full, on the clock of Evidence::began; none: it was not.
  std::optional<Duration> drained() const {
    const auto* recovery = phase(so_far_, phase_recovery);
    std::optional<Duration> last;
    if (!recovery) return last;
    for (const auto& worker : recovery->load->samples)
      for (const auto& sample : worker)
        if (sample.outcome == Outcome::ok && refuses(sample.status, plan_.status))
          last = std::max(last.value_or(Duration{}), recovery->began + Duration(sample.sent));
    return last;
  }

  /// Requests that were sent while the client's own bucket was drained.
  struct Probe {
    std::size_t accepted = 0, refused = 0;
    double room = 0;  ///< that the bucket had for them, at most
    bool beyond() const { return static_cast<double>(accepted) > room + 1e-6; }
  };

  /// None where nothing tells that it was drained: of several replicas one may have been spared.
  std::optional<Probe> probe(const Evidence& evidence) const {
    const auto full = drained();
    if (!full || !storm_.fit || plan_.replicas > 1) return std::nullopt;
    const double leaked = seconds(evidence.began + evidence.took - *full);
    return Probe{tally(evidence, Arrival::Fate::accepted), tally(evidence, Arrival::Fate::refused),
                 1 + storm_.fit->rate.high * leaked};
  }

  std::string why_not() const {
    return plan_.replicas > 1 ? ": with several replicas one may still have had room"
                              : ": the limit was not used up when it was asked";
  }

  void judge_forged(const Evidence& forged) {
    const auto probed = probe(forged);
    if (!probed) return not_shown("whether a forged header dodges the limit" + why_not());
    if (!probed->beyond()) {
      if (probed->refused > 0)
        conclusion_.verdict.shown.push_back(
            "with a forged X-Forwarded-For requests are refused like the rest");
      else
        not_shown("whether a forged header dodges the limit: too much of it had leaked meanwhile");
      return;
    }
    const auto text = fmt::format(
        "While this client is refused, {} of {} requests with a forged X-Forwarded-For, X-Real-IP "
        "and True-Client-IP pass; its own bucket had room for {:.0f}.",
        probed->accepted, probed->accepted + probed->refused, probed->room);
    if (subject_.controller.confirmed_trait("forwarded.trusted") == "yes" &&
        !subject_.controller_guessed) {
      conclusion_.verdict.notes.push_back(text + " The controller is configured to trust them.");
      return;
    }
    auto found = finding(forged, plan_.place, *probed);
    found.expected = "the same limit whatever a client writes into headers";
    found.actual += " with a forged X-Forwarded-For";
    conclusion_.broke(std::move(found));
    conclusion_.blame("forgeable-client", text);
  }

  void judge_also(const Evidence& evidence, const Stated<std::string>& path) {
    const auto probed = probe(evidence);
    if (!probed) return not_shown(fmt::format("whether {} is limited", path.value) + why_not());
    if (!probed->beyond()) {
      if (probed->refused > 0)
        conclusion_.verdict.shown.push_back(path.value + " is refused like the rest");
      else
        not_shown(fmt::format("whether {} is limited: too much had leaked meanwhile", path.value));
      return;
    }
    auto found = finding(evidence, path.place, *probed);
    found.expected = "refused while the limit that it shares is used up";
    conclusion_.broke(std::move(found));
    conclusion_.blame("unlimited-path",
                      fmt::format("While {} is refused, {} of {} requests for {} pass; the limit "
                                  "had room for {:.0f}.",
                                  plan_.request.url.path, probed->accepted,
                                  probed->accepted + probed->refused, path.value, probed->room));
  }

  Finding finding(const Evidence& evidence, const Place& place, const Probe& probed) const {
    Finding found;
    found.place = place;
    found.request = std::get<Load>(evidence.traffic.send).requests.front().request;
    found.subject = describe(*found.request);
    found.broke = probed.accepted;
    found.of = probed.accepted + probed.refused;
    found.actual = fmt::format("{} of {} accepted", found.broke, found.of);
    return found;
  }

  void judge_untouched(const Evidence& evidence, const Place& place, const std::string& who,
                       const char* cause, const char* text) {
    const auto accepted = tally(evidence, Arrival::Fate::accepted);
    const auto refused = tally(evidence, Arrival::Fate::refused);
    const auto unknown = tally(evidence, Arrival::Fate::unknown);
    Finding found;
    found.place = place;
    found.subject = describe(plan_.request) + " and " + who;
    found.expected = "not refused while this client is";
    found.broke = refused;
    found.of = accepted + refused + unknown;
    found.actual = fmt::format("{} of {} refused", refused, found.of);
    if (refused > 0) {
      conclusion_.broke(std::move(found));
      conclusion_.blame(cause, text);
    } else if (accepted == 0) {
      found.actual = "no answer at all";
      conclusion_.undecided(std::move(found));
    } else {
      conclusion_.verdict.shown.push_back(fmt::format(
          "{}: {} of {} accepted while this client was refused", who, accepted, found.of));
    }
  }

  const Plan& plan_;
  const Subject& subject_;
  const Measured& storm_;
  std::span<const Evidence> so_far_;
  Conclusion& conclusion_;
};

}  // namespace

void judge_others(const Plan& plan, const Subject& subject, const Measured& storm,
                  std::span<const Evidence> so_far, Conclusion& conclusion) {
  Others(plan, subject, storm, so_far, conclusion).judge();
}

}  // namespace ingress_check::rate_limit
