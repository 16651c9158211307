// A check at work on one target: what it sends with, and how far it is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "checks/examine.h"
#include "harness/program/conductor.h"
#include "harness/program/courtesy.h"
#include "harness/program/patience.h"

namespace ingress_check {

/// Stays where it is: its senders point at each other.
class Side {
 public:
  /// What all sides of a run share; all outlive them.
  struct Shared {
    Footprints& footprints;
    Allowance& allowance;
    bool commands = false;            ///< whether checks may run any
    std::vector<std::string> hidden;  ///< names of variables that commands do not see
  };
  /// `check` and `params` outlive it.
  Side(const Check& check, const Params& params, Subject subject, std::unique_ptr<Sender> probe,
       const Shared& shared);
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  /// What it wants to be sent next, valid until take(); null: it is over. Errors: Examiner's.
  Result<const Traffic*> next() { return examiner_.next(); }
  /// That, or a part of it. Errors: the sender's own.
  Result<Evidence> send(const Traffic& traffic, Watch& watch);
  Result<void> take(Evidence evidence) { return examiner_.take(std::move(evidence)); }
  /// Once next() is null.
  Examination conclude() { return examiner_.conclude(); }

  const Subject& subject() const { return subject_; }
  const std::optional<Withheld>& withheld() const { return courtesy_.withheld(); }

 private:
  Subject subject_;
  Examiner examiner_;
  std::unique_ptr<Sender> probe_;
  Conductor conductor_;
  Patience patience_;
  Courtesy courtesy_;
};

}  // namespace ingress_check
