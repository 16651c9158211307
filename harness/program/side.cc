#include "harness/program/side.h"

namespace ingress_check {

Side::Side(const Check& check, const Params& params, Subject subject, std::unique_ptr<Sender> probe,
           const Shared& shared)
    : subject_(std::move(subject)),
      examiner_(check, params, subject_),
      probe_(std::move(probe)),
      conductor_(*probe_, shared.hidden),
      patience_(conductor_, shared.footprints),
      courtesy_(patience_, shared.allowance, shared.commands) {}

Result<Evidence> Side::send(const Traffic& traffic, Watch& watch) {
  return courtesy_.send(goal(subject_, traffic), traffic, watch);
}

}  // namespace ingress_check
