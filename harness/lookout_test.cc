// Where connections go when a name leads elsewhere in the middle of a load. A stand-in for DNS
// answers.
#include "harness/lookout.h"

#include <atomic>

#include "harness/engine_test.h"

namespace ingress_check {
namespace {

using namespace testing;
using std::chrono::milliseconds;

Candidates at(const std::vector<std::pair<std::string, std::uint16_t>>& places) {
  Candidates found;
  for (const auto& [ip, port] : places) {
    found.endpoints.push_back(*Endpoint::of(ip, port));
    found.endpoints.back().name = "shop.example";
  }
  return found;
}

/// Gives the answers in turn, the last one for ever; what is `silent` is never answered.
class Names final : public Resolver {
 public:
  explicit Names(std::vector<Candidates> answers)
      : Resolver(0, std::chrono::seconds(1)), answers_(std::move(answers)) {}
  void begin(const std::string&) override { ++asked; }
  void forget(const std::string&) override {
    if (at_ + 1 < answers_.size()) ++at_;
  }
  bool answered(const std::string&) const override { return at_ == 0 || !silent; }
  Candidates find(const Destination&, const Watch&) override { return answers_[at_]; }

  int asked = 0;
  bool silent = false;

 private:
  std::vector<Candidates> answers_;
  std::size_t at_ = 0;
};

/// An open loop over connections that are closed after 5 requests each.
LoadReply send(Names& names, const Allowance* allowance = nullptr) {
  Target target = target_at(0);
  target.address.clear();
  Load load = paced(target, 500, milliseconds(1000), 4);
  load.connections.requests = 5;
  EngineOptions options;
  options.allowance = allowance;
  options.look_up_every = milliseconds(100);
  Watch watch;
  Evidence evidence;
  const auto sent = run_load(target, load, options, names, watch, evidence);
  EXPECT_TRUE(sent) << (sent ? "" : sent.error().what);
  LoadReply reply = evidence.load ? *evidence.load : LoadReply{};
  EXPECT_EQ(reply.counts.answered(), 500U);
  expect_sums(reply);
  return reply;
}

TEST(Lookout, NewConnectionsSpreadOverTheAddressesThatAreThereNow) {
  RawServer a(answering(std::string(kOk))), b(answering(std::string(kOk))),
      c(answering(std::string(kOk)));
  const std::string ip = "127.0.0.1";
  // After 100 ms b takes over from a, and c joins.
  Names names({at({{ip, a.port()}}), at({{ip, b.port()}, {ip, c.port()}})});
  const LoadReply reply = send(names);
  EXPECT_GE(names.asked, 5);
  EXPECT_LE(a.connections(), 40) << "of 100, a tenth before the second answer came";
  EXPECT_GE(b.connections(), 20);
  EXPECT_NEAR(b.connections(), c.connections(), 2) << "in turn";
  EXPECT_EQ(reply.addresses.size(), 3U) << "each once, however often it was looked up";
}

// 203.0.113.0/24 is kept for documents (RFC 5737); nothing is sent there.
TEST(Lookout, ANewAddressMustBeAllowedAsTheFirst) {
  RawServer a(answering(std::string(kOk)));
  const std::pair<std::string, std::uint16_t> there{"127.0.0.1", a.port()},
      stranger{"203.0.113.7", 80};
  const auto allowance = Allowance::create(courtesy_rate, {});
  for (const auto& later : {at({there, stranger}), at({stranger})}) {
    Names names({at({there}), later});
    const LoadReply reply = send(names, &*allowance);
    EXPECT_EQ(reply.addresses,
              (std::vector<std::string>{there.first + ":" + std::to_string(there.second)}));
    EXPECT_EQ(reply.withheld, std::vector<std::string>{"203.0.113.7:80"});
  }
}

TEST(Lookout, ANameThatIsNotFoundAnyMoreLeavesTheAddressesAsTheyWere) {
  RawServer a(answering(std::string(kOk)));
  Candidates none;
  none.outcome = Outcome::unresolved;
  Names names({at({{"127.0.0.1", a.port()}}), none});
  EXPECT_EQ(send(names).addresses.size(), 1U);
  EXPECT_GE(names.asked, 5);
}

TEST(Lookout, ANameServerThatIsSilentHoldsNothingUp) {
  RawServer a(answering(std::string(kOk))), b(answering(std::string(kOk)));
  Names names({at({{"127.0.0.1", a.port()}}), at({{"127.0.0.1", b.port()}})});
  names.silent = true;
  send(names);
  EXPECT_EQ(names.asked, 2) << "once before, and once in vain: it is still being asked";
  EXPECT_EQ(b.connections(), 0);
}

TEST(Lookout, AnAddressIsNotLookedUp) {
  RawServer a(answering(std::string(kOk)));
  const Target target = target_at(a.port());
  Names names({at({{"127.0.0.1", a.port()}})});
  EngineOptions options;
  options.look_up_every = milliseconds(1);
  Watch watch;
  Evidence evidence;
  ASSERT_TRUE(
      run_load(target, paced(target, 100, milliseconds(200)), options, names, watch, evidence));
  EXPECT_EQ(names.asked, 1) << "before the load alone, where nothing comes of it";
}

TEST(Addresses, AnAnswerThatComesBackTakesNoMoreMemory) {
  Addresses addresses(at({{"127.0.0.1", 1}, {"127.0.0.2", 1}}));
  const Candidates* const first = &addresses.now();
  addresses.replace(at({{"127.0.0.3", 1}}));
  EXPECT_NE(&addresses.now(), first);
  EXPECT_EQ(first->endpoints.size(), 2U) << "still as it was";
  addresses.replace(at({{"127.0.0.2", 1}, {"127.0.0.1", 1}}));
  EXPECT_EQ(&addresses.now(), first) << "the same in another order";
  EXPECT_EQ(addresses.ever().size(), 3U);
}

}  // namespace
}  // namespace ingress_check
