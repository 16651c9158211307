// Drafts of manifests and logs. Every draft must be a scenario that loads.
#include <gtest/gtest.h>

#include <algorithm>

#include "checks/check.h"
#include "harness/commands/draft/access_log.h"
#include "harness/commands/draft/manifest.h"
#include "harness/program/loading.h"

namespace ingress_check {
namespace {

struct Draft {
  Sketch sketch;
  Errors errors;
  std::string text;

  bool has(std::string_view part) const { return text.find(part) != text.npos; }
};

/// Fails if the text is no scenario.
void expect_loads(const std::string& text) {
  LoadOptions options;
  options.set = {{"INGRESS_HOST", "ingress.example"}};
  const auto scenario = load(text, "draft.yaml", check_words(), options);
  if (scenario) return;
  for (const auto& error : scenario.error()) ADD_FAILURE() << show(error, text) << "in\n" << text;
}

Draft of_manifest(const std::string& manifest) {
  Draft draft;
  draft.sketch.from = "ingress.yaml";
  draft.errors = read_manifest(manifest, "ingress.yaml", draft.sketch);
  if (draft.sketch.routes.empty()) return draft;
  draft.text = scenario_text(draft.sketch);
  expect_loads(draft.text);
  return draft;
}

Draft of_log(const std::string& log) {
  Draft draft;
  draft.sketch.name = "log";
  draft.sketch.from = "access.log";
  const auto done = read_access_log(log, "access.log", draft.sketch);
  if (!done) draft.errors = {done.error()};
  if (draft.sketch.routes.empty()) return draft;
  draft.text = scenario_text(draft.sketch);
  expect_loads(draft.text);
  return draft;
}

const std::string modern = R"(apiVersion: v1
kind: Service
metadata: {name: cart}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/force-ssl-redirect: "true"
    nginx.ingress.kubernetes.io/proxy-body-size: 8m
spec:
  ingressClassName: nginx
  tls:
    - hosts: [shop.example, cart.example]
      secretName: shop-tls
  rules:
    - host: shop.example
      http:
        paths:
          - {path: /, pathType: Exact, backend: {service: {name: home, port: {number: 80}}}}
          - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
    - host: cart.example
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
    - host: "*.shop.example"
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: home, port: {number: 80}}}}
)";

TEST(DraftManifest, RoutesHostsTlsAndAnnotations) {
  const Draft draft = of_manifest(modern);
  EXPECT_TRUE(draft.errors.empty());
  for (const auto* part :
       {"scenario: shop\n", "url: \"https://shop.example\"", "- {path: /cart, service: cart}",
        "- {url: \"https://cart.example/\", service: cart}",
        "scheme-mismatch: {url: \"https://shop.example/\", redirect: 308}",
        "tls-termination: {url: \"https://shop.example/\", names: [cart.example, shop.example]}"})
    EXPECT_TRUE(draft.has(part)) << part << " in\n" << draft.text;
}

TEST(DraftManifest, WhatItCannotExpressIsNamed) {
  const Draft draft = of_manifest(modern);
  for (const auto* part :
       {"# - Service cart: no Ingress", "host *.shop.example", "proxy-body-size: 8m"})
    EXPECT_TRUE(draft.has(part)) << part << " in\n" << draft.text;
}

// The nginx hands-on's own manifest: the API version is of its time.
const std::string hands_on = R"(kind: Ingress
apiVersion: networking.k8s.io/v1beta1
metadata:
  name: ingress
  annotations:
    kubernetes.io/ingress.class: "nginx"
    nginx.ingress.kubernetes.io/affinity: "cookie"
    nginx.ingress.kubernetes.io/session-cookie-name: "NGINX_SESSION"
spec:
  rules:
  - host: frieza.dev
    http:
      paths:
      - path: /app1
        backend:
          serviceName: app1
          servicePort: 3000
      - path: /app2
        backend:
          serviceName: app2
          servicePort: 3000
)";

TEST(DraftManifest, ARemovedApiVersionIsToldWithItsMendAndReadAllTheSame) {
  const Draft draft = of_manifest(hands_on);
  ASSERT_EQ(draft.errors.size(), 1u);
  EXPECT_EQ(draft.errors[0].what,
            "networking.k8s.io/v1beta1 is not served any more, since Kubernetes 1.22");
  EXPECT_EQ(draft.errors[0].place.line, 2);
  EXPECT_EQ(draft.errors[0].place.column, 13);
  EXPECT_NE(draft.errors[0].hint.find("pathType"), std::string::npos);
  EXPECT_TRUE(draft.has("url: \"http://frieza.dev\"\n"));
  EXPECT_TRUE(
      draft.has("- {path: /app1, service: app1}\n        - {path: /app2, service: app2}\n"));
  const bool known = find_check("stickiness");
  EXPECT_TRUE(
      draft.has(known ? "- stickiness: {url: \"http://frieza.dev/app1\", cookie: NGINX_SESSION}"
                      : "annotation nginx.ingress.kubernetes.io/affinity: cookie"))
      << draft.text;
}

// The EKS hands-on's: `kind` is indented below apiVersion.
TEST(DraftManifest, BrokenIndentationHasItsPlaceAndMend) {
  const Draft draft = of_manifest(
      "apiVersion: extensions/v1beta1\n  kind: Ingress\n  metadata:\n    name: guestbook\n");
  ASSERT_EQ(draft.errors.size(), 1u);
  EXPECT_EQ(draft.errors[0].place.line, 2);
  EXPECT_FALSE(draft.errors[0].hint.empty());
}

TEST(DraftManifest, AKeyInTheWrongPlaceIsToldWhereItBelongs) {
  const Draft draft = of_manifest(R"(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules:
    - host: shop.example
      paths:
        - path: /
rules: []
)");
  ASSERT_EQ(draft.errors.size(), 2u);
  EXPECT_EQ(draft.errors[0].what, "rules stands beside spec");
  EXPECT_EQ(draft.errors[0].place.line, 9);
  EXPECT_EQ(draft.errors[1].what, "paths does not belong in a rule");
  EXPECT_EQ(draft.errors[1].hint,
            "it belongs in http, in an item of spec.rules: mend the indentation");
  EXPECT_EQ(draft.errors[1].place.line, 7);
}

TEST(DraftManifest, WithoutAHostThereIsAVariable) {
  const Draft draft =
      of_manifest(R"({"apiVersion": "networking.k8s.io/v1", "kind": "List", "items": [
    {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "ingress-2048"},
     "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": [
       {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "service-2048"}}}]}}]}}]})");
  EXPECT_TRUE(draft.errors.empty());
  EXPECT_TRUE(draft.has("url: \"http://${INGRESS_HOST}\"")) << draft.text;
}

TEST(DraftManifest, PatternsAreNotInvented) {
  const Draft draft = of_manifest(R"yaml(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}
spec:
  rules:
    - host: api.example
      http:
        paths:
          - {path: "/api(/|$)(.*)", pathType: ImplementationSpecific, backend: {service: {name: api}}}
)yaml");
  EXPECT_TRUE(draft.sketch.routes.empty());
  ASSERT_FALSE(draft.sketch.remarks.empty());
  EXPECT_EQ(draft.sketch.remarks[0],
            "Ingress api: path /api(/|$)(.*) is a pattern: write a path that it should take");
}

TEST(DraftManifest, APlainPathOfAnIngressWithPatternsIsARoute) {
  const Draft draft = of_manifest(R"yaml(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$1}}
spec:
  rules:
    - host: shop.example
      http: {paths: [{path: /app1, pathType: Prefix, backend: {service: {name: app1}}}]}
)yaml");
  ASSERT_EQ(draft.sketch.routes.size(), 1u);
  EXPECT_EQ(draft.sketch.routes[0].path, "/app1");
  ASSERT_FALSE(draft.sketch.remarks.empty());
  EXPECT_EQ(draft.sketch.remarks[0],
            "Ingress shop: its paths are patterns that fit the beginning of a path, without regard "
            "to case: /app1 also takes /app1x");
}

TEST(DraftManifest, TextOfAManifestStaysText) {
  const Draft draft = of_manifest(R"yaml(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: "a\nchecks: evil", annotations: {x: "one\ntwo: three"}}
spec:
  rules:
    - host: "shop.example"
      http:
        paths:
          - {path: "/a,b'c\"", backend: {service: {name: "true"}}}
)yaml");
  EXPECT_TRUE(draft.has("scenario: a-checks-evil\n"));
  EXPECT_TRUE(draft.has("annotation x: one\\ntwo: three\n")) << draft.text;
  EXPECT_TRUE(draft.has("path: \"/a,b'c\\\"\", service: \"true\"")) << draft.text;
  EXPECT_EQ(yaml_scalar("${HOME}"), "\"$${HOME}\"");
}

TEST(DraftManifest, ManyDocumentsKeepTheirPlaces) {
  const Draft draft =
      of_manifest("# a comment\n---\n---\n" + modern + "---\nkind: Ingress\nmetadata: {}\n");
  ASSERT_EQ(draft.errors.size(), 2u);
  EXPECT_EQ(draft.errors[0].what, "this has no apiVersion");
  const auto lines = std::ranges::count(modern, '\n');
  EXPECT_EQ(draft.errors[0].place.line, 3 + lines + 2);
  std::string endless;
  for (int i = 0; i < 2000; ++i) endless += "kind: Service\n---\n";
  EXPECT_EQ(of_manifest(endless).errors.size(), 1u);
}

TEST(DraftManifest, AHostThatIsNoneIsTold) {
  const Draft draft = of_manifest(R"(apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{host: "shop example", http: {paths: [{path: /, backend: {service: {name: a}}}]}}]}
)");
  ASSERT_EQ(draft.errors.size(), 1u);
  EXPECT_EQ(draft.errors[0].what, "shop example is no host name");
}

TEST(DraftLog, AHostileLogMakesAScenarioAllTheSame) {
  const Draft draft = of_log(
      "- \"GET http://a{b}:80/ HTTP/1.1\" 200 0\n- \"GET http://me:pw@x/ HTTP/1.1\" 200 0\n"
      "- \"GET https://evil\\:443/ HTTP/1.1\" 200 0\n- \"GET /\x01\xff HTTP/1.1\" 200 0\n"
      "- \"GET /${secret:HOME} HTTP/1.1\" 200 0\n- \"GET /a HTTP/1.1\" 200 0\n");
  ASSERT_EQ(draft.sketch.routes.size(), 1u);
  EXPECT_EQ(draft.sketch.routes[0].path, "/a");
}

TEST(DraftLog, CountsPathsWithoutTheirQueries) {
  std::string log;
  for (int i = 0; i < 30; ++i)
    log += "10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] \"GET /cart?user=" + std::to_string(i) +
           " HTTP/1.1\" 200 12 \"-\" \"curl\"\n";
  log += "10.0.0.1 - - [x] \"GET /old HTTP/1.1\" 301 0 \"-\" \"curl\"\n";
  log += "10.0.0.1 - - [x] \"GET /wp-admin HTTP/1.1\" 404 0 \"-\" \"curl\"\n";
  log += "10.0.0.1 - - [x] \"POST /cart HTTP/1.1\" 200 0 \"-\" \"curl\"\nnot a line of a log\n";
  const Draft draft = of_log(log);
  EXPECT_TRUE(draft.has("- {path: /cart, status: 200}\n        - {path: /old, status: 301}\n"))
      << draft.text;
  EXPECT_FALSE(draft.has("user="));
  for (const auto* part : {"the queries of 30 requests", "1 requests of other methods",
                           "1 paths that were answered with 4xx or 5xx"})
    EXPECT_TRUE(draft.has(part)) << part;
}

TEST(DraftLog, KnowsTheLogsOfLoadBalancers) {
  const Draft draft = of_log(
      "2026-05-13T23:39:43.945958Z my-elb 192.0.2.1:2817 10.0.0.1:80 0.000086 0.001048 0.001337 "
      "200 200 0 57 \"GET https://www.example.com:443/a HTTP/1.1\" \"curl/7.38.0\" DHE TLSv1.2\n"
      "h2 2026-07-02T22:23:00.186641Z app/my-alb/50dc 192.0.2.1:2817 10.0.0.1:80 0.000 0.001 0.000 "
      "302 302 34 366 \"GET http://shop.example:80/b?x HTTP/2.0\" \"curl\" - -\n");
  EXPECT_TRUE(draft.has("https://www.example.com/a\", status: 200")) << draft.text;
  EXPECT_TRUE(draft.has("path: /b, status: 302")) << draft.text;
}

TEST(DraftLog, KnowsTheHostInFront) {
  const Draft draft =
      of_log("shop.example:443 192.0.2.1 - - [x] \"GET /a HTTP/2.0\" 200 5 \"-\" \"x\"\n");
  EXPECT_EQ(draft.sketch.routes.at(0).host, "shop.example");
}

TEST(DraftLog, APathWhoseStatusVariesIsNamedOnly) {
  const Draft draft = of_log(
      "- \"GET /a HTTP/1.1\" 200 0\n- \"GET /a HTTP/1.1\" 304 0\n- \"GET /b HTTP/1.1\" 200 0\n"
      "- \"GET /b HTTP/1.1\" 302 0\n");
  EXPECT_TRUE(draft.has("{path: /a, status: 200}"));
  EXPECT_FALSE(draft.has("/b"));
  EXPECT_TRUE(draft.has("1 paths whose status varied"));
}

TEST(DraftLog, SomethingElseIsRefused) {
  EXPECT_FALSE(of_log("hello\nworld\n").errors.empty());
  EXPECT_FALSE(of_log("").errors.empty());
  EXPECT_TRUE(is_manifest("---\n# x\nkind: Ingress\n"));
  EXPECT_TRUE(is_manifest("{\"kind\": \"List\"}"));
  EXPECT_FALSE(is_manifest("1.2.3.4 - - [x] \"GET /kind: HTTP/1.1\" 200\n"));
}

}  // namespace
}  // namespace ingress_check
