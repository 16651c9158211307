#include "checks/examine.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace ingress_check {

namespace {

tl::unexpected<Error> bug(const Check& check, const std::string& what) {
  return cannot(fmt::format("the check {} {}", check.words.name, what),
                "this is a mistake in ingress-check itself; please report it");
}

Verdict not_judged(const Evidence& evidence, std::size_t phases) {
  Verdict verdict;
  verdict.kind = Verdict::Kind::inconclusive;
  const std::string why = evidence.end == End::interrupted   ? "interrupted"
                          : evidence.end == End::out_of_time ? "out of time"
                          : evidence.load                    ? evidence.load->breaker
                                                             : "stopped by the circuit breaker";
  verdict.summary = fmt::format("{} during phase {}: not judged", why, phases);
  return verdict;
}

/// A check may name other hosts than the target's, with more addresses than that has.
void note_addresses(const Evidence& evidence, std::set<std::string>& met) {
  const auto add = [&](const std::string& address) {
    met.insert(address.substr(0, address.rfind(':')));
  };
  for (const auto& exchange : evidence.exchanges) add(exchange.address);
  for (const auto& reply : evidence.handshakes) add(reply.address);
}

/// A mend that one controller's documentation has is no mend of another's.
void say_whose_setting(const Profile& controller, const Cause& cause, Diagnosis& diagnosis) {
  constexpr std::string_view known = "ingress-nginx";
  const bool of_known = cause.source.starts_with(known) && diagnosis.fix == cause.fix;
  if (!of_known || cause.fix.empty() || controller.name.starts_with(known)) return;
  diagnosis.fix = fmt::format("With {}: {}", known, diagnosis.fix);
}

}  // namespace

const Target& goal(const Subject& subject, const Traffic& traffic) {
  return traffic.to_reference ? subject.reference->target : subject.target;
}

Examiner::Examiner(const Check& check, const Params& params, const Subject& subject)
    : check_(check), params_(params), subject_(subject), bounds_(check.bounds(params, subject)) {}

Result<const Traffic*> Examiner::next() {
  if (over_) return nullptr;
  if (wanted_) return &*wanted_;
  auto step = check_.step(params_, subject_, so_far_);
  if (auto* verdict = std::get_if<Verdict>(&step)) {
    for (auto& diagnosis : verdict->diagnoses)
      say_whose_setting(subject_.controller, check_.cause(diagnosis.cause), diagnosis);
    examination_.verdict = std::move(*verdict);
    over_ = true;
    return nullptr;
  }
  if (auto fine = review(std::get<Traffic>(step)); !fine) return tl::unexpected(fine.error());
  wanted_ = std::get<Traffic>(std::move(step));
  examination_.phases.push_back(wanted_->name);
  began_.push_back(std::chrono::system_clock::now());
  return &*wanted_;
}

Result<void> Examiner::review(const Traffic& traffic) {
  if (so_far_.size() >= max_phases)
    return bug(check_, fmt::format("asks for more than {} phases", max_phases));
  if (phase(so_far_, traffic.name))
    return bug(check_, fmt::format("asks for the phase \"{}\" twice", traffic.name));
  if (traffic.provokes &&
      (check_.order < Order::storm || !std::holds_alternative<Load>(traffic.send)))
    return bug(check_, fmt::format("may not go beyond limits in the phase \"{}\"", traffic.name));
  if (traffic.to_reference && !subject_.reference)
    return bug(check_,
               fmt::format("has nothing to compare with in the phase \"{}\"", traffic.name));
  planned_ += traffic.count();
  if (planned_ > bounds_.requests)
    return bug(check_, fmt::format("wants to send {} requests, more than the {} it declared",
                                   planned_, bounds_.requests));
  return {};
}

/// Bounds are of one address: what is asked of each of them counts as often.
std::uint64_t Examiner::allowed() const {
  const std::size_t addresses =
      std::max({subject_.addresses, met_.size(), met_of_reference_.size(),
                subject_.reference ? subject_.reference->addresses : std::size_t{1}});
  return bounds_.requests * std::clamp<std::size_t>(addresses, 1, 8);
}

Result<void> Examiner::take(Evidence evidence) {
  wanted_.reset();
  examination_.sent += evidence.sent;
  examination_.took += evidence.took;
  examination_.waited += evidence.waited;
  note_addresses(evidence, evidence.traffic.to_reference ? met_of_reference_ : met_);
  if (evidence.end != End::complete) {
    examination_.verdict = not_judged(evidence, examination_.phases.size());
    examination_.judged = false;
    over_ = true;
  } else if (examination_.sent > allowed()) {
    return bug(check_, fmt::format("sent {} requests, more than the {} it declared",
                                   examination_.sent, allowed()));
  }
  so_far_.push_back(std::move(evidence));
  return {};
}

/// Takes them out of the evidence, which is of no further use.
void Examiner::keep_loads() {
  for (std::size_t i = 0; i < so_far_.size(); ++i)
    if (auto& load = so_far_[i].load) {
      load->samples = {};  // no report shows them: up to 56 MB a phase
      examination_.loads.push_back({so_far_[i].traffic.name, std::move(*load), began_[i]});
    }
}

Examination Examiner::conclude() {
  keep_loads();
  return std::move(examination_);
}

Result<Examination> examine(const Check& check, const Params& params, const Subject& subject,
                            Sender& sender, Watch& watch) {
  Examiner examiner(check, params, subject);
  while (true) {
    auto traffic = examiner.next();
    if (!traffic) return tl::unexpected(traffic.error());
    if (!*traffic) return examiner.conclude();
    auto evidence = sender.send(goal(subject, **traffic), **traffic, watch);
    if (!evidence) return tl::unexpected(evidence.error());
    if (auto fine = examiner.take(*std::move(evidence)); !fine) return tl::unexpected(fine.error());
  }
}

}  // namespace ingress_check
