#include "harness/commands/draft/annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checks/check.h"

namespace ingress_check {
namespace {

const std::string nginx = "nginx.ingress.kubernetes.io/";
const std::string alb = "alb.ingress.kubernetes.io/";

/// The annotations whose meaning the checks of one Ingress took up.
class Proposal {
 public:
  Proposal(const Annotations& annotations, const SketchRoute& route, Sketch& sketch)
      : annotations_(annotations), route_(route), sketch_(sketch) {}

  /// A check of this name, if this program has it: then the annotations are dealt with.
  void add(const std::string& check, const std::string& params,
           const std::vector<std::string>& from) {
    if (!find_check(check)) return;
    sketch_.checks.push_back(fmt::format("{}: {{{}, {}}}", check, where(), params));
    taken_.insert(from.begin(), from.end());
  }

  void balancing() {
    const std::string policy = annotations_.value(nginx + "load-balance");
    if (policy == "ewma" || policy == "round_robin")
      add("distribution", "policy: " + std::string(policy == "ewma" ? "ewma" : "round-robin"),
          {nginx + "load-balance"});
  }

  void stickiness() {
    if (annotations_.value(nginx + "affinity") != "cookie") return;
    std::string cookie = annotations_.value(nginx + "session-cookie-name");
    if (cookie.empty()) cookie = "INGRESSCOOKIE";  // ingress-nginx, annotations: its default
    add("stickiness", "cookie: " + yaml_scalar(cookie),
        {nginx + "affinity", nginx + "session-cookie-name"});
  }

  void limits() {
    for (const auto& [name, unit] : {std::pair{"limit-rps", "/s"}, {"limit-rpm", "/m"}}) {
      const std::string limit = annotations_.value(nginx + name);
      const bool number = !limit.empty() && limit.size() < 8 && limit[0] != '0' &&
                          limit.find_first_not_of("0123456789") == limit.npos;
      if (number) add("rate-limit", "limit: " + limit + unit, {nginx + name});
    }
  }

  /// With a certificate, ingress-nginx redirects to https unless told not to (ssl-redirect).
  void redirects() {
    const std::string ssl = annotations_.value(nginx + "ssl-redirect");
    const bool forced = annotations_.value(nginx + "force-ssl-redirect") == "true";
    const bool tls = sketch_.has_tls(route_.host);
    const bool alb_redirect = !annotations_.value(alb + "ssl-redirect").empty();
    if (!tls && !forced && !alb_redirect) return;
    std::string redirect;
    if (alb_redirect)
      redirect = "redirect: 301";
    else if (ssl == "false" && !forced)
      redirect = "redirect: none";
    else if (forced || ssl == "true")
      redirect = "redirect: 308";
    const std::vector<std::string> from = {nginx + "ssl-redirect", nginx + "force-ssl-redirect",
                                           alb + "ssl-redirect"};
    if (!redirect.empty()) return add("scheme-mismatch", redirect, from);
    sketch_.checks.push_back(fmt::format("scheme-mismatch: {{{}}}", where()));
  }

  bool took(const std::string& name) const { return taken_.contains(name); }

 private:
  /// The whole URL, for a check may be of another host than the target's.
  std::string where() const {
    if (route_.host.empty()) return "path: " + yaml_scalar(route_.path);
    return "url: " + yaml_scalar(sketch_.origin(route_.host) + route_.path);
  }

  const Annotations& annotations_;
  const SketchRoute route_;
  Sketch& sketch_;
  std::set<std::string> taken_;
};

}  // namespace

std::string Annotations::value(std::string_view name) const {
  for (const auto& [key, text] : all)
    if (key == name) return text;
  return {};
}

Annotations read_annotations(const Node* node) {
  Annotations annotations;
  if (!node) return annotations;
  for (const auto& [key, value] : node->pairs) annotations.all.emplace_back(key.text, value.text);
  annotations.regex = annotations.value(nginx + "use-regex") == "true" ||
                      annotations.value(nginx + "rewrite-target").find('$') != std::string::npos;
  return annotations;
}

void add_checks(const Annotations& annotations, const std::string& ingress, std::size_t first_route,
                Sketch& sketch) {
  // Which controller adopts it is found out by asking.
  std::set<std::string> quiet = {"kubernetes.io/ingress.class",
                                 "kubectl.kubernetes.io/last-applied-configuration"};
  if (first_route < sketch.routes.size()) {
    Proposal proposal(annotations, sketch.routes[first_route], sketch);
    proposal.redirects();
    proposal.balancing();
    proposal.stickiness();
    proposal.limits();
    for (const auto& [name, value] : annotations.all)
      if (proposal.took(name)) quiet.insert(name);
    std::set<std::string> names;
    for (std::size_t i = first_route; i < sketch.routes.size(); ++i)
      if (sketch.has_tls(sketch.routes[i].host)) names.insert(yaml_scalar(sketch.routes[i].host));
    if (!names.empty())
      proposal.add("tls-termination", fmt::format("names: [{}]", fmt::join(names, ", ")), {});
  }
  for (const auto& [name, value] : annotations.all)
    if (!quiet.contains(name))
      sketch.remark(fmt::format("Ingress {}: annotation {}: {}", ingress, name, value));
}

}  // namespace ingress_check
