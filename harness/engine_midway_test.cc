// A target that works, and in the middle of a load dies, resets, falls silent or talks garbage:
// over each protocol, in open and closed loops. Every request that was due ends in exactly one
// outcome, and the run on time.
#include <atomic>
#include <thread>

#include "harness/engine_test.h"
#include "harness/http2_server_test.h"

namespace ingress_check {
namespace {

using namespace testing;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

enum class Fate { dies, resets, falls_silent, talks_garbage };
enum class Over { http1, https1, h2c, h2 };
constexpr int works_for = 60;  ///< requests
constexpr auto lasts = milliseconds(600), timeout = milliseconds(150);

bool over_http2(Over over) { return over == Over::h2c || over == Over::h2; }
bool over_tls(Over over) { return over == Over::https1 || over == Over::h2; }

/// Answers so many requests, then none as it should.
class Failing {
 public:
  Failing(Over over, Fate fate) : fate_(fate), credentials_(*make_untrusted_credentials()) {
    server_ = std::make_unique<RawServer>(
        [this, over](RawConnection& connection) {
          if (over_http2(over)) return serve_http2(connection);
          while (!connection.read_request().empty())
            if (!reply(connection, std::string(kOk))) return;
        },
        over_tls(over) ? &credentials_ : nullptr);
    if (over == Over::h2) http2::choose_h2(server_->context());
    port = server_->port();
    if (fate == Fate::dies)
      killer_ = std::jthread([this] {
        failed_.wait(false);
        server_.reset();
      });
  }
  ~Failing() {
    failed_ = true;
    failed_.notify_all();
  }

  std::uint16_t port = 0;

 private:
  void serve_http2(RawConnection& connection) {
    http2::serve(connection, [&](std::uint32_t stream) {
      return reply(connection, http2::frames::headers(stream, {{":status", "200"}}, true));
    });
  }
  /// False: this connection is at its end.
  bool reply(RawConnection& connection, const std::string& good) {
    if (++asked_ <= works_for) {
      connection.write(good);
      return true;
    }
    failed_ = true;
    failed_.notify_all();
    switch (fate_) {
      case Fate::resets:
        connection.reset();
        return false;
      case Fate::talks_garbage:
        connection.write("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
        [[fallthrough]];
      case Fate::dies:
      case Fate::falls_silent:
        connection.wait_for_close();
        return false;
    }
    return false;
  }

  const Fate fate_;
  Credentials credentials_;
  std::atomic<int> asked_{0};
  std::atomic<bool> failed_{false};
  std::unique_ptr<RawServer> server_;
  std::jthread killer_;
};

/// How the requests end that the failing target got, or did not get any more.
Outcome expected(Fate fate) {
  switch (fate) {
    case Fate::dies:
      return Outcome::refused;
    case Fate::resets:
      return Outcome::reset;
    case Fate::falls_silent:
      return Outcome::timeout;
    case Fate::talks_garbage:
      return Outcome::malformed;
  }
  return Outcome::ok;
}

class EngineMidway : public ::testing::TestWithParam<std::tuple<Over, Fate>> {
 protected:
  /// Sends the load to a target of this fate, on time, and returns what became of it.
  LoadReply send(const std::function<Load(const Target&)>& load_for) {
    const auto [over, fate] = GetParam();
    Failing server(over, fate);
    Target target = target_at(server.port, over_tls(over));
    target.insecure = true;
    target.timeout = target.connect_timeout = timeout;
    if (over == Over::h2c) target.http = HttpVersion::h2c;
    if (over == Over::https1) target.http = HttpVersion::http1;
    Load load = load_for(target);
    load.connections.streams = over_http2(over) ? 4 : 1;
    const auto began = Clock::now();
    LoadReply reply = *run(target, load).load;
    // What was due last may wait for a connection for its timeout, and then take that long.
    EXPECT_LT(Clock::now() - began, lasts + 2 * timeout + milliseconds(1500));
    EXPECT_EQ(reply.protocol, over_http2(over) ? "HTTP/2" : "HTTP/1.1");
    EXPECT_LE(reply.counts.answered(), static_cast<std::uint64_t>(works_for));
    EXPECT_GE(reply.counts.answered(), works_for - 16U) << "those under way when it failed";
    EXPECT_GT(reply.counts.of(expected(fate)), 0U) << to_string(expected(fate));
    EXPECT_EQ(reply.counts.unfinished, 0U);
    expect_sums(reply);
    return reply;
  }
};

TEST_P(EngineMidway, AnOpenLoop) {
  const LoadReply reply = send([](const Target& target) { return paced(target, 400, lasts, 4); });
  EXPECT_EQ(reply.counts.due, 240U) << "what is due does not depend on the target";
}

TEST_P(EngineMidway, AClosedLoop) {
  const LoadReply reply = send([](const Target& target) {
    Load load = closed(target, 0, 4);
    load.arrivals = ClosedLoop{lasts, 0};
    return load;
  });
  EXPECT_GT(reply.counts.due, static_cast<std::uint64_t>(works_for));
}

INSTANTIATE_TEST_SUITE_P(
    , EngineMidway,
    ::testing::Combine(::testing::Values(Over::http1, Over::https1, Over::h2c, Over::h2),
                       ::testing::Values(Fate::dies, Fate::resets, Fate::falls_silent,
                                         Fate::talks_garbage)));

}  // namespace
}  // namespace ingress_check
