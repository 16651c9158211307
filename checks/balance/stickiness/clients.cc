// Many clients, each with its cookies: whether they keep their pods.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checks/answers.h"
#include "checks/balance/finding.h"
#include "checks/balance/stickiness/judging.h"
#include "checks/balance/stickiness/lost_pod.h"
#include "checks/balance/stickiness/pinning.h"
#include "checks/load_reading.h"

namespace ingress_check::stickiness {

namespace {

class ClientsJudge {
 public:
  ClientsJudge(const Plan& plan, const Subject& subject, const Evidence& cookie,
               const Evidence& clients, const Evidence* loss, Conclusion conclusion)
      : plan_(plan),
        subject_(subject),
        cookie_(cookie),
        loss_(loss),
        reply_(*clients.load),
        seen_(pinning(reply_, 1)),
        conclusion_(std::move(conclusion)) {}

  Verdict judge() {
    if (seen_.dead > 0) {
      judge_dead();
    } else if (seen_.failed * 20 > reply_.counts.due) {
      conclusion_.undecided(
          finding_of(plan_.request, plan_.place, "clients are answered",
                     fmt::format("{} of {} requests failed", thousands(seen_.failed),
                                 thousands(reply_.counts.due))));
    }
    const bool unnamed = seen_.pods.empty();
    if (!unnamed) {
      judge_changes();
      judge_spread();
    }
    judge_set();
    tell();
    // Clients that do not keep their pods anyway say nothing of a loss.
    if (loss_ && !conclusion_.failed()) judge_lost_pod(plan_, *loss_, conclusion_);
    auto verdict = conclusion_.decide(
        fmt::format("{} clients kept their pods over {} requests and over new connections",
                    thousands(seen_.clients), thousands(seen_.answers + seen_.clients)));
    if (unnamed && verdict.kind == Verdict::Kind::pass) {
      verdict.kind = Verdict::Kind::not_supported;
      verdict.summary =
          "the answers do not say which pod gave them: whether clients keep theirs "
          "was not judged";
      verdict.not_shown.push_back(
          "affinity itself: say under answered-by how an answer tells its "
          "pod");
    }
    return verdict;
  }

 private:
  void judge_dead() {
    conclusion_.broke(
        finding_of(plan_.request, plan_.cookie_place, "every client is answered by its pod",
                   fmt::format("{} of {} clients got {} for half of their requests or more",
                               thousands(seen_.dead), thousands(seen_.all), seen_.dead_status)));
    conclusion_.blame("pinned-to-dead-pod",
                      fmt::format("{} of {} clients are pinned to a pod that does not answer ({}), "
                                  "the others are answered.",
                                  thousands(seen_.dead), thousands(seen_.all), seen_.dead_status));
  }

  void judge_changes() {
    if (seen_.elsewhere == 0) {
      conclusion_.verdict.shown.push_back(fmt::format(
          "not one of {} answers came from another pod than the client's: of such clients at most "
          "{:.2g} % lose their pod (95 %)",
          thousands(seen_.answers),
          std::min(100.0, 300.0 / static_cast<double>(std::max<std::uint64_t>(1, seen_.clients)))));
      return;
    }
    conclusion_.broke(finding_of(
        plan_.request, plan_.cookie_place, "a client's requests go to one pod",
        fmt::format("{} of {} clients met several pods: {} of {} answers came from another pod "
                    "than the one before",
                    thousands(seen_.changed), thousands(seen_.clients), thousands(seen_.elsewhere),
                    thousands(seen_.answers))));
    blame_changes();
  }

  void blame_changes() {
    if (conclusion_.blamed("wrong-cookie-path")) return;  // then it is not sent back
    if (seen_.within_connections && reply_.protocol == "HTTP/2") {
      conclusion_.blame("lost-over-h2",
                        "Over HTTP/2 a client's pod changes from one request to the next.",
                        "the same over HTTP/1.1 (http: 1.1): if it pins, it is HTTP/2");
      return;
    }
    if (seen_.within_connections) {
      conclusion_.blame("not-pinned",
                        "A client's pod changes from one request to the next, also "
                        "over one connection.");
      return;
    }
    const auto apart =
        "one client over many connections: two replicas show two pods at most, "
        "connections that are pinned show all";
    const auto reconnect =
        "A client's pod stays the same over one connection, and is another one "
        "over the next.";
    if (seen_.most_pods > 2) {
      conclusion_.blame("lost-on-reconnect", reconnect, apart);
      return;
    }
    conclusion_.blame("lost-between-replicas",
                      "No client met more than two pods, the same over each connection: as if two "
                      "replicas read the cookie differently.",
                      apart);
    conclusion_.blame("lost-on-reconnect", reconnect, apart);
  }

  /// So many clients leave a pod out only if it is hardly given any.
  void judge_spread() {
    const auto met = seen_.pods.size();
    if (met == 1 && !plan_.pods) {
      auto found = finding_of(plan_.request, plan_.place, "clients are spread over several pods",
                              "one pod answered all of them; state `pods` if there are more");
      return conclusion_.undecided(std::move(found));
    }
    if (!plan_.pods || met >= static_cast<std::size_t>(plan_.pods->value) || seen_.dead > 0) return;
    const std::vector<std::string> names(seen_.pods.begin(), seen_.pods.end());
    conclusion_.broke(
        finding_of(plan_.request, plan_.pods->place,
                   fmt::format("the clients together meet {} pods", plan_.pods->value),
                   fmt::format("{} clients met {}", thousands(seen_.all), listed(names))));
    if (met == 1)
      conclusion_.blame("one-pod-for-all", fmt::format("All {} clients are pinned to {}.",
                                                       thousands(seen_.all), names.front()));
    else
      conclusion_.blame("pod-without-clients",
                        fmt::format("{} of {} pods got none of {} clients.",
                                    static_cast<std::size_t>(plan_.pods->value) - met,
                                    plan_.pods->value, thousands(seen_.all)));
  }

  /// Stated, or what the controller is known to do.
  void judge_set() {
    if (seen_.later == 0) return;
    const bool always = seen_.set_later * 2 > seen_.later;
    conclusion_.verdict.traits["cookie.set"] = always ? "always" : "once";
    const auto known = subject_.controller.confirmed_trait("cookie.set");
    if (!plan_.set && !known) return;
    const auto expected = plan_.set ? plan_.set->value : *known;
    if (expected == (always ? "always" : "once")) return;
    auto found = finding_of(plan_.request, plan_.set ? plan_.set->place : plan_.cookie_place,
                            expected == "once" ? "the cookie is set when a pod is chosen"
                                               : "the cookie is set on every response",
                            fmt::format("{} of {} later responses set one",
                                        thousands(seen_.set_later), thousands(seen_.later)));
    if (!plan_.set && subject_.controller_guessed) {
      found.expected += " (if the guess of the controller is right; write set: " + expected + ")";
      return conclusion_.undecided(std::move(found));
    }
    conclusion_.broke(std::move(found));
    // A cookie that is not understood, or not sent back, is set again and again.
    if (conclusion_.verdict.diagnoses.empty())
      conclusion_.blame(always ? "set-on-every-response" : "set-only-once",
                        fmt::format("{} of {} responses to clients that had a cookie set one.",
                                    thousands(seen_.set_later), thousands(seen_.later)));
  }

  void tell() {
    auto& verdict = conclusion_.verdict;
    std::set<std::string> without;
    for (const auto& exchange : cookie_.exchanges)
      if (exchange.request == asked_without && !exchange.who.pod.empty())
        without.insert(exchange.who.pod);
    if (without.size() == 1 && seen_.pods.size() > 1)
      verdict.notes.push_back(
          "clients without a cookie all meet one pod: something else than the "
          "cookie pins them, too");
    verdict.figures = {{"clients", static_cast<double>(seen_.all)},
                       {"requests", static_cast<double>(reply_.counts.due)},
                       {"clients_that_changed_pod", static_cast<double>(seen_.changed)},
                       {"pods", static_cast<double>(seen_.pods.size())}};
    if (!loss_)
      verdict.not_shown.push_back(
          "what becomes of clients whose pod goes away: say under loses-pod what takes one away");
  }

  const Plan& plan_;
  const Subject& subject_;
  const Evidence& cookie_;
  const Evidence* loss_;
  const LoadReply& reply_;
  Pinning seen_;
  Conclusion conclusion_;
};

}  // namespace

Verdict judge_clients(const Plan& plan, const Subject& subject, const Evidence& cookie,
                      const Evidence& clients, const Evidence* loss, Conclusion conclusion) {
  return ClientsJudge(plan, subject, cookie, clients, loss, std::move(conclusion)).judge();
}

}  // namespace ingress_check::stickiness
