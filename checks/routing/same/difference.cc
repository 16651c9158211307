#include "checks/routing/same/difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/secrets.h"

namespace ingress_check::same {

namespace {

/// What opens doors in what was sent and received: reports show none of it.
std::vector<Secret> credentials(const Exchange& exchange) {
  std::vector<Secret> all;
  add_credentials(exchange.sent, all);
  add_credentials(exchange.headers, all);
  if (exchange.seen) add_credentials(exchange.seen->headers, all);
  std::erase_if(all, [&](const Secret& one) {
    constexpr std::size_t least = 4;
    return one.value.size() < least || one.value == exchange.who.service;
  });
  return all;
}

std::string without(std::string text, const std::vector<Secret>& secrets) {
  for (const auto& secret : secrets)
    for (auto at = find_secret(text, secret); at != std::string::npos;
         at = find_secret(text, secret, at + secret.name.size() + 1))
      text.replace(at, secret.value.size(), "$" + secret.name);
  return text;
}

class Details {
 public:
  Details(const Sides& sides, const Judged& judged)
      : sides_(sides),
        judged_(judged),
        theirs_(*judged.of_reference.front()),
        mine_(*judged.mine.front()),
        secrets_(credentials(theirs_)) {
    for (auto& one : credentials(mine_)) secrets_.push_back(std::move(one));
  }

  std::vector<Difference> find() {
    add_redirect(judged_, found_);
    cookies();
    const bool page = both_redirect(judged_) || error_page();
    if (judged_.differs({Of::compression, ""}))
      add("compression-differs", "Content-Encoding", {Of::compression, ""});
    headers(page);
    if (!page) body();
    seen();
    return std::move(found_);
  }

 private:
  /// Both made an answer of at least 400 that no application owned up to, and not the same page.
  bool error_page() {
    const bool error = theirs_.status >= 400 && mine_.status == theirs_.status;
    const bool named = !theirs_.who.service.empty() && !mine_.who.service.empty();
    if (!error || named || !body_differs()) return false;
    found_.push_back({.cause = "error-page-differs",
                      .about = fmt::format("{}", mine_.status),
                      .expected = page_words(sides_.of_reference, theirs_),
                      .actual = page_words(sides_.mine, mine_)});
    return true;
  }

  static std::string page_words(const Subject& side, const Exchange& exchange) {
    return fmt::format("{}, a page of {} bytes, {}", describe(side, exchange), exchange.body_size,
                       exchange.headers.find("Content-Type").value_or("no Content-Type"));
  }

  bool body_differs() const {
    return judged_.differs({Of::body_shape, ""}) || judged_.differs({Of::body_size, ""}) ||
           !judged_.differing(Of::body).empty();
  }

  const Values& values(const Piece& piece) const { return judged_.pieces.at(piece); }

  /// What one side gave, which was always the same or one of few.
  std::string given(const std::map<std::optional<std::string>, int>& counts) const {
    std::vector<std::string> all;
    for (const auto& [value, times] : counts)
      all.push_back(shown(value ? std::optional(without(*value, secrets_)) : value));
    return fmt::format("{}", fmt::join(all, " or "));
  }

  void add(const std::string& cause, const std::string& about, const Piece& piece) {
    found_.push_back({.cause = cause,
                      .about = about,
                      .expected = fmt::format("{} {}", about, given(values(piece).of_reference)),
                      .actual = fmt::format("{} {}", about, given(values(piece).mine))});
    if (cause == "header-differs" || cause == "body-differs") found_.back().value = piece;
  }

  /// `who`: "the pod sees " or nothing, before "no header x".
  void add_count(const std::string& cause, const std::string& about, const Piece& piece,
                 const std::string& who = "") {
    const auto times = [&](const auto& counts) {
      const auto& first = counts.begin()->first;
      return who + (!first          ? "no " + about
                    : *first == "1" ? about + " once"
                                    : fmt::format("{} {} times", about, *first));
    };
    found_.push_back({.cause = cause,
                      .about = who + about,
                      .expected = times(values(piece).of_reference),
                      .actual = times(values(piece).mine)});
  }

  void cookies() {
    for (const auto& name : judged_.differing(Of::cookie_count))
      add_count("cookie-set-differs", "cookie " + name, {Of::cookie_count, name});
    for (const auto& name : judged_.differing(Of::cookie)) {
      const auto cookie = name.substr(0, name.rfind(' '));
      if (!judged_.differs({Of::cookie_count, cookie}))
        add("cookie-attributes-differ", "cookie " + name, {Of::cookie, name});
    }
  }

  /// Those that follow from another difference: of the page, of its compression.
  bool follows(const std::string& header, bool page) const {
    const bool coded = judged_.differs({Of::compression, ""});
    if (coded && (header == "etag" || header == "vary" || header == "accept-ranges")) return true;
    return page && (header == "content-type" || header == "etag" || header == "last-modified" ||
                    header == "accept-ranges");
  }

  static std::string cause_of_count(const Values& values) {
    if (!values.of_reference.begin()->first) return "header-added";
    return values.mine.begin()->first ? "header-doubled" : "header-missing";
  }

  void headers(bool page) {
    for (const auto of : {Of::header_count, Of::header})
      for (const auto& name : judged_.differing(of)) {
        const bool counted = judged_.differs({Of::header_count, name});
        if (follows(name, page) || (of == Of::header && counted)) continue;
        std::string cause =
            of == Of::header ? "header-differs" : cause_of_count(values({of, name}));
        if (name.starts_with("access-control-")) cause = "cors-differs";
        if (of == Of::header)
          add(cause, "header " + name, {of, name});
        else
          add_count(cause, "header " + name, {of, name});
      }
  }

  void body() {
    const auto different = judged_.differing(Of::body);
    if (!different.empty() && !judged_.differs({Of::body_shape, ""})) {
      add("body-differs", "body", {Of::body, different.front()});
      tell_late(found_.back(), values({Of::body, different.front()}));
      for (auto* text : {&found_.back().expected, &found_.back().actual})
        *text =
            fmt::format("{}{}", different.front().empty() ? "" : different.front() + " of ", *text);
    } else if (body_differs()) {
      found_.push_back({.cause = "body-differs",
                        .about = "body",
                        .expected = body_words(theirs_),
                        .actual = body_words(mine_)});
    }
  }

  /// Of long texts that begin alike, what they are from there on.
  void tell_late(Difference& difference, const Values& values) const {
    constexpr std::size_t plain_to_see = 60;
    const auto &theirs = values.of_reference.begin()->first, &mine = values.mine.begin()->first;
    if (!theirs || !mine) return;
    const auto a = without(*theirs, secrets_), b = without(*mine, secrets_);
    const auto alike = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    if (alike <= plain_to_see) return;
    const auto told = [&](const std::string& text) {
      return fmt::format("body after {} bytes that are alike: {}", alike,
                         shown(text.substr(alike)));
    };
    difference.expected = told(a);
    difference.actual = told(b);
  }

  std::string body_words(const Exchange& exchange) const {
    return fmt::format("a body of {} bytes that begins {}", exchange.body_size,
                       shown(without(exchange.body, secrets_)));
  }

  void seen() {
    if (!theirs_.seen || !mine_.seen) return;
    for (const auto of : {Of::seen_count, Of::seen})
      for (const auto& name : judged_.differing(of)) {
        if (of == Of::seen && judged_.differs({Of::seen_count, name})) continue;
        const auto likeness =
            name == "path" ? path_likeness(theirs_.seen->path, mine_.seen->path) : "";
        const std::string cause = likeness.empty() ? "request-arrives-changed" : likeness;
        if (of == Of::seen)
          add(cause, "the pod sees " + name, {of, name});
        else
          add_count(cause, name, {of, name}, "the pod sees ");
      }
  }

  const Sides& sides_;
  const Judged& judged_;
  const Exchange &theirs_, &mine_;
  std::vector<Secret> secrets_;
  std::vector<Difference> found_;
};

Subject turned(const Subject& subject) {
  Subject other = subject;
  other.target = subject.reference->target;
  other.controller = subject.reference->controller;
  other.controller_guessed = subject.reference->controller_guessed;
  return other;
}

}  // namespace

std::string shown(const std::optional<std::string>& value) {
  constexpr std::size_t most = 120;
  if (!value) return "nothing";
  return value->size() > most ? fmt::format("\"{}...\"", value->substr(0, most))
                              : fmt::format("\"{}\"", *value);
}

Sides::Sides(const Subject& subject) : of_reference(turned(subject)), mine(subject) {}

std::vector<Difference> differences(const Plan& plan, const Sides& sides,
                                    const std::vector<Judged>& all, std::size_t index) {
  const Judged& judged = all[index];
  if (!not_comparable(plan, judged).empty()) return {};
  if (auto route = route_difference(plan, sides, all, index)) {
    std::vector<Difference> found{*std::move(route)};
    if (found.front().cause == "redirect-changes-method") add_redirect(judged, found);
    return found;
  }
  return Details(sides, judged).find();
}

}  // namespace ingress_check::same
