// Another status, another service, or an answer on one side alone.
#include <fmt/format.h>

#include <algorithm>

#include "checks/routing/same/difference.h"

namespace ingress_check::same {

namespace {

bool is_redirect(const Exchange& exchange) {
  return exchange.status >= 300 && exchange.status < 400 && exchange.headers.find("Location");
}

/// RFC 9110, 15.4: after 307 and 308 the method stays; after the others clients may turn POST into
/// GET, and do.
bool keeps_method(int status) { return status == 307 || status == 308; }

bool timed_out(const Exchange& exchange) {
  return exchange.outcome == Outcome::timeout ||
         (exchange.outcome == Outcome::ok && exchange.status == 504);
}

bool is_preflight(const Request& request) {
  return request.method == "OPTIONS" && request.headers.find("Origin");
}

class Route {
 public:
  Route(const Plan& plan, const Sides& sides, const std::vector<Judged>& all, std::size_t index)
      : plan_(plan),
        sides_(sides),
        all_(all),
        index_(index),
        judged_(all[index]),
        theirs_(*judged_.of_reference.front()),
        mine_(*judged_.mine.front()) {}

  std::optional<Difference> find() const {
    const bool answer = judged_.differs({Of::answer, ""});
    if (answer || judged_.differs({Of::status, ""})) {
      if (timed_out(theirs_) != timed_out(mine_)) return of("timeout-differs");
      if (answer) return no_answer();
      return other_status();
    }
    if (other_service()) return explained("another-service");
    return std::nullopt;
  }

 private:
  Difference of(const std::string& cause) const {
    const auto theirs = describe(sides_.of_reference, theirs_);
    const auto mine = describe(sides_.mine, mine_);
    return {.cause = cause,
            .about = fmt::format("{} -> {}", brief(theirs_), brief(mine_)),
            .expected = theirs,
            .actual = mine};
  }

  /// It is we who end the connection where a certificate does not verify.
  Difference no_answer() const {
    auto difference = of("no-answer");
    for (const auto& [side, exchange] :
         {std::pair(&sides_.old_name(), &theirs_), std::pair(&sides_.new_name(), &mine_)})
      if (exchange->outcome == Outcome::tls_error && exchange->tls && !exchange->tls->verified &&
          !exchange->tls->verify_error.empty())
        difference.fix = fmt::format(
            "The certificate of {} does not verify ({}), so that the request was not sent, and "
            "clients would not send it either: give {} one that is valid for this host now, with "
            "the intermediates it needs, or name the authority that signed it under `ca` of the "
            "target",
            *side, exchange->tls->verify_error, *side);
    return difference;
  }

  static std::string brief(const Exchange& exchange) {
    if (exchange.outcome != Outcome::ok) return to_string(exchange.outcome);
    return exchange.who.service.empty()
               ? std::to_string(exchange.status)
               : fmt::format("{} {}", exchange.status, exchange.who.service);
  }

  /// One that names itself against one that does not proves nothing by itself.
  bool other_service() const {
    return judged_.differs({Of::service, ""}) && !theirs_.who.service.empty() &&
           !mine_.who.service.empty();
  }

  Difference other_status() const {
    if (theirs_.status == 413 || mine_.status == 413) return of("body-limit-differs");
    if (is_redirect(theirs_) && is_redirect(mine_)) {
      const bool method = keeps_method(theirs_.status) != keeps_method(mine_.status);
      return of(method ? "redirect-changes-method" : "status-differs");
    }
    if (is_redirect(theirs_) || is_redirect(mine_))
      if (const auto cause = of_one_redirect(); !cause.empty()) return of(cause);
    const Request& request = plan_.requests[index_].mine;
    if (is_preflight(request)) return of("cors-differs");
    if (other_service()) return explained("another-service");
    const Judged& page = with_body();
    if (is_no_route(sides_.of_reference, *page.of_reference.front()) !=
        is_no_route(sides_.mine, *page.mine.front()))
      return explained("route-missing");
    return theirs_.status == 404 || mine_.status == 404 ? explained("status-differs")
                                                        : of("status-differs");
  }

  /// A HEAD's answers show no page: those of the GET for the same, if it was asked.
  const Judged& with_body() const {
    const Request& request = plan_.requests[index_].mine;
    if (request.method != "HEAD") return judged_;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Request& other = plan_.requests[i].mine;
      if (other.method == "GET" && other.url == request.url && !all_[i].mine.empty() &&
          !all_[i].of_reference.empty())
        return all_[i];
    }
    return judged_;
  }

  /// What a redirect changes that the other side does not ask for.
  std::string of_one_redirect() const {
    const bool theirs = is_redirect(theirs_);
    const Asked& asked = plan_.requests[index_];
    const Url& url = (theirs ? asked.of_reference : asked.mine).url;
    const auto& exchange = theirs ? theirs_ : mine_;
    const auto to = resolve(url, *exchange.headers.find("Location"));
    if (!to || to->host != url.host) return {};
    if (const auto likeness = path_likeness(url.path, to->path); !likeness.empty()) return likeness;
    return to->https && !url.https ? "https-redirect-differs" : "";
  }

  /// By the request's shape, if that explains it; `otherwise` where it may be something else.
  Difference explained(const std::string& otherwise) const {
    const auto odd = shape(plan_, all_, index_);
    if (odd.cause.empty()) return of(otherwise);
    auto difference = of(odd.cause);
    if (!odd.sure) {
      difference.or_else = otherwise;
      difference.separates = odd.separates;
    }
    return difference;
  }

  const Plan& plan_;
  const Sides& sides_;
  const std::vector<Judged>& all_;
  std::size_t index_;
  const Judged& judged_;
  const Exchange &theirs_, &mine_;
};

}  // namespace

bool is_no_route(const Subject& side, const Exchange& exchange) {
  if (exchange.outcome != Outcome::ok || exchange.status != 404) return false;
  return origin(side.controller, exchange).meaning == "no-route";
}

std::optional<Difference> route_difference(const Plan& plan, const Sides& sides,
                                           const std::vector<Judged>& all, std::size_t index) {
  return Route(plan, sides, all, index).find();
}

void add_redirect(const Judged& judged, std::vector<Difference>& found) {
  if (!judged.differs({Of::location, ""})) return;
  const auto words = [](const Exchange& exchange) {
    const auto location = exchange.headers.find("Location");
    return fmt::format("{} to {}", exchange.status,
                       shown(location ? std::optional(std::string(*location)) : std::nullopt));
  };
  found.push_back({.cause = "redirect-target-differs",
                   .about = "Location",
                   .expected = words(*judged.of_reference.front()),
                   .actual = words(*judged.mine.front())});
}

}  // namespace ingress_check::same
