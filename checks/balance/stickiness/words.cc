// The fields of stickiness, and the mistakes that they cannot say.
#include "checks/balance/cookie_name.h"
#include "checks/balance/stickiness/plan.h"
#include "checks/commands.h"

namespace ingress_check::stickiness {

namespace {

Field word(std::string name, Kind kind, std::string about, std::string example = {}) {
  return {.name = std::move(name),
          .kind = kind,
          .about = std::move(about),
          .example = std::move(example)};
}

Field limited(Field field, double least, double most) {
  field.least = least;
  field.most = most;
  return field;
}

Field one_of(Field field, std::vector<std::string> words) {
  field.words = std::move(words);
  return field;
}

Field loses_pod() {
  auto field = word("loses-pod", Kind::object,
                    "a command that takes a pod away while clients ask; needs --allow-commands",
                    "{run: [kubectl, delete, pod, app1-0, --wait]}");
  field.fields = command_fields();
  auto lasts =
      limited(word("for", Kind::duration, "how long clients ask in all (10s unless stated)", "20s"),
              2, 600);
  field.fields.push_back(std::move(lasts));
  auto settle = limited(word("settle", Kind::duration,
                             "how long after the command some may still be sent to the lost pod"),
                        0, 600);
  settle.fallback = "1s";
  field.fields.push_back(std::move(settle));
  return field;
}

}  // namespace

std::vector<Field> fields() {
  std::vector<Field> all;
  for (auto& field : request_fields())
    if (field.name != "body" && field.name != "method") all.push_back(std::move(field));
  all.push_back(word("cookie", Kind::text,
                     "name of the cookie (what the controller calls it unless configured)",
                     "INGRESSCOOKIE"));
  all.push_back(
      limited(word("pods", Kind::integer, "how many pods the clients together meet", "3"), 2, 64));
  all.push_back(limited(word("clients", Kind::integer,
                             "how many clients there are (200, or as many as meet every pod)"),
                        2, 5000));
  auto requests = limited(word("requests", Kind::integer, "how many each of them sends"), 4, 1000);
  requests.fallback = "20";
  all.push_back(std::move(requests));
  all.push_back(word("http-only", Kind::boolean, "whether scripts may not read the cookie"));
  all.push_back(word("secure", Kind::boolean, "whether it is sent back over TLS alone"));
  all.push_back(one_of(word("same-site", Kind::word, "its SameSite"), {"Strict", "Lax", "None"}));
  all.push_back(word("cookie-path", Kind::path, "its Path", "/app1"));
  all.push_back(limited(word("max-age", Kind::duration, "how long it is kept", "48h"), 1, 1e9));
  all.push_back(one_of(
      word("set", Kind::word, "whether it is set when a pod is chosen, or on every response"),
      {"once", "always"}));
  all.push_back(loses_pod());
  return all;
}

void review(const Params& params, Errors& errors) {
  review_request(params, errors);
  review_cookie_name(params, "cookie", errors);
  const auto* loses = params.find("loses-pod");
  if (!loses || !loses->is<Object>()) return;
  const auto lasts = loses->as<Object>().duration("for", std::chrono::seconds(10));
  if (const auto* at = loses->as<Object>().find("at");
      at && at->is<Duration>() && at->as<Duration>() >= lasts)
    errors.push_back({"at that time nobody asks any more",
                      "write an earlier time, or a longer `for`", at->place});
}

}  // namespace ingress_check::stickiness
