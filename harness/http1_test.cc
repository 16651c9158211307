#include "harness/http1.h"

#include <gtest/gtest.h>

#include "harness/http1_test.h"

namespace ingress_check {
namespace {

using testing::hear;
using State = Http1Response::State;
using Lines = std::vector<std::string>;

std::string with(const std::string& fields, const std::string& rest = {}) {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + rest;
}

TEST(Http1, ReadsStatusFieldsAndABodyOfAnnouncedLength) {
  const std::string reply =
      with("Content-Length: 5\r\nX-Pod: \t app1-a \t\r\nX-Empty:\r\n", "hello");
  const auto heard = hear(reply + "HTTP/1.1 404 Not Found\r\n");
  EXPECT_EQ(heard.lines,
            (Lines{"200 OK", "h Content-Length: 5", "h X-Pod: app1-a", "h X-Empty: "}));
  EXPECT_EQ(heard.state, State::done);
  EXPECT_EQ(heard.body, "hello");
  EXPECT_EQ(heard.body_bytes, 5U);
  EXPECT_EQ(heard.used, reply.size());
  EXPECT_TRUE(heard.reusable);
}

TEST(Http1, ReadsChunksWithExtensionsAndTrailers) {
  const std::string reply = with("transfer-Encoding: Chunked\r\n",
                                 "5\r\nhello\r\n00A ; a=\"b;c\";d\r\n, chunks!?\r\n0;last\r\n"
                                 "X-Sum: 15\r\nContent-Length: 3\r\n\r\n");
  const auto heard = hear(reply + "5\r\n");
  EXPECT_EQ(heard.state, State::done) << to_string(heard.fault);
  EXPECT_EQ(heard.body, "hello, chunks!?");
  EXPECT_EQ(heard.used, reply.size());
  EXPECT_EQ(heard.lines.back(), "t Content-Length: 3") << "a trailer frames nothing";
}

TEST(Http1, PassesOverInterimResponses) {
  const auto heard = hear(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: "
      "close\r\n\r\n" +
      with("Content-Length: 2\r\n", "ok"));
  EXPECT_EQ(heard.lines, (Lines{"100 Continue", "103 Early Hints", "i Link: </a>",
                                "i Connection: close", "200 OK", "h Content-Length: 2"}));
  EXPECT_EQ(heard.status, 200);
  EXPECT_EQ(heard.body, "ok");
  EXPECT_TRUE(heard.reusable) << "what an interim response says of the connection does not count";
}

TEST(Http1, EndsAfterTheHeadWhereNoBodyFollows) {
  const std::string head = with("Content-Length: 12\r\n");
  EXPECT_EQ(hear(head + "HTTP", true).used, head.size());
  EXPECT_EQ(hear(with("Transfer-Encoding: chunked\r\n"), true).state, State::done);
  EXPECT_EQ(hear(with(""), true).state, State::done);
  for (const std::string start :
       {"204 No Content\r\n", "304 Not Modified\r\nContent-Length: 7\r\n",
        "204 \r\nContent-Length: 0\r\n", "200\r\nContent-Length: 0\r\n"}) {
    const std::string reply = "HTTP/1.1 " + start + "\r\n";
    const auto heard = hear(reply + "surplus");
    EXPECT_EQ(heard.state, State::done) << start;
    EXPECT_EQ(heard.used, reply.size()) << start;
    EXPECT_TRUE(heard.reusable) << start;
  }
}

TEST(Http1, ReadsToTheCloseWhereNoLengthIsAnnounced) {
  const auto heard = hear(with("X: y\r\n", "all\r\nof it"));
  EXPECT_EQ(heard.state, State::done);
  EXPECT_EQ(heard.body, "all\r\nof it");
  EXPECT_FALSE(heard.reusable);
}

TEST(Http1, SaysWhetherTheConnectionStays) {
  const auto reusable = [](const std::string& version, const std::string& fields) {
    return hear("HTTP/" + version + " 200 OK\r\nContent-Length: 0\r\n" + fields + "\r\n").reusable;
  };
  EXPECT_TRUE(reusable("1.1", ""));
  EXPECT_TRUE(reusable("1.2", "")) << "a higher minor version is read as 1.1";
  EXPECT_TRUE(reusable("1.1", "Connection: closed, x-close\r\n"));
  EXPECT_FALSE(reusable("1.1", "Connection: CLOSE\r\n"));
  EXPECT_FALSE(reusable("1.1", "Connection: keep-alive\r\nconnection: foo ,close\r\n"));
  EXPECT_FALSE(reusable("1.0", ""));
  EXPECT_TRUE(reusable("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(reusable("1.0", "Connection: keep-alive, close\r\n"));
}

TEST(Http1, SwitchingProtocolsEndsHttp) {
  const std::string reply = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n";
  const auto heard = hear(reply + "binary");
  EXPECT_EQ(heard.state, State::done);
  EXPECT_EQ(heard.used, reply.size());
  EXPECT_FALSE(heard.reusable);
}

TEST(Http1, WhatEndsTooEarlyIsTruncated) {
  EXPECT_EQ(hear("").state, State::waiting);
  const std::string length = with("Content-Length: 5\r\n", "hell");
  const std::string chunked = with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n");
  for (const auto& reply : {length, chunked, std::string("HTTP/1.1 100 Continue\r\n\r\n")})
    for (std::size_t size = 1; size <= reply.size(); ++size)
      EXPECT_EQ(hear(reply.substr(0, size)).state, State::truncated) << reply.substr(0, size);
}

TEST(Http1, PipelinedResponsesAreReadOneByOne) {
  const std::string two = with("Content-Length: 1\r\n", "a") + "HTTP/1.1 204 No Content\r\n\r\n" +
                          with("Transfer-Encoding: chunked\r\n", "1\r\nc\r\n0\r\n\r\n");
  Http1Response response;
  std::string_view rest = two;
  std::vector<int> seen;
  while (!rest.empty()) {
    response.begin(false);
    rest.remove_prefix(response.feed(rest));
    ASSERT_EQ(response.state(), State::done);
    seen.push_back(response.status());
  }
  EXPECT_EQ(seen, (std::vector<int>{200, 204, 200}));
}

struct Malformed {
  std::string bytes;
  Http1Fault fault;
};
std::vector<Malformed> malformed() {
  using enum Http1Fault;
  const std::string ok = "HTTP/1.1 200 OK\r\n", chunked = with("Transfer-Encoding: chunked\r\n");
  return {
      {"<html>", not_http},
      {"\r\n" + ok, not_http},
      {"\x15\x03\x01", not_http},
      {"http/1.1 200 OK\r\n", not_http},
      {"HTTP/2 200\r\n", version},
      {"HTTP/2.0 200 OK\r\n", version},
      {"HTTP/1,1 200 OK\r\n", version},
      {"HTTP/1.10 200 OK\r\n", status_line},
      {"HTTP/1.1  200 OK\r\n", status_line},
      {"HTTP/1.1\t200 OK\r\n", status_line},
      {"HTTP/1.1 20 OK\r\n", status_line},
      {"HTTP/1.1 2000 OK\r\n", status_line},
      {"HTTP/1.1 099 OK\r\n", status_line},
      {"HTTP/1.1 200 O\x01K\r\n", control_character},
      {"HTTP/1.1 200 O\rK\r\n", bare_cr},
      {"HTTP/1.1 200 OK\n", bare_lf},
      {"HTTP/1.1 200\n", bare_lf},
      {ok + "A: b\n", bare_lf},
      {ok + "A\n", bare_lf},
      {ok + "\n", bare_lf},
      {ok + "A: b\rC: d\r\n", bare_cr},
      {ok + "A: b\r\r\n", bare_cr},
      {ok + "\rA", bare_cr},
      {ok + "A: b" + std::string(1, '\0'), control_character},
      {ok + "A: b\x7f", control_character},
      {ok + "A\x01: b", control_character},
      {ok + ": b", field_name},
      {ok + "no colon\r\n", space_before_colon},
      {ok + "nocolon\r\n", field_name},
      {ok + "A(b): c", field_name},
      {ok + "\xc3\xa4: c", field_name},
      {ok + "Content-Length : 5\r\n", space_before_colon},
      {ok + "A\t: b\r\n", space_before_colon},
      {ok + " A: b\r\n", folded_line},
      {ok + "A: b\r\n\tc\r\n", folded_line},
      {ok + "Content-Length:\r\n", content_length},
      {ok + "Content-Length: -1\r\n", content_length},
      {ok + "Content-Length: +1\r\n", content_length},
      {ok + "Content-Length: 0x5\r\n", content_length},
      {ok + "Content-Length: 5 5\r\n", content_length},
      {ok + "Content-Length: 5,\r\n", content_length},
      {ok + "Content-Length: 5, 6\r\n", content_length},
      {ok + "Content-Length: 5\r\ncontent-length: 6\r\n", content_length},
      {ok + "Content-Length: 9223372036854775808\r\n", content_length},
      {ok + "Content-Length: 18446744073709551621\r\n", content_length},
      {ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", both_lengths},
      {ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", both_lengths},
      {ok + "Transfer-Encoding: gzip, chunked\r\n", transfer_coding},
      {ok + "Transfer-Encoding: identity\r\n", transfer_coding},
      {ok + "Transfer-Encoding: xchunked\r\n", transfer_coding},
      {ok + "Transfer-Encoding: chunked;a\r\n", transfer_coding},
      {ok + "Transfer-Encoding: chunked, chunked\r\n", transfer_coding},
      {ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", transfer_coding},
      {ok + "Transfer-Encoding:\r\n", transfer_coding},
      {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n", transfer_coding},
      {"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", body_forbidden},
      {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", body_forbidden},
      {"HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n", body_forbidden},
      {chunked + "\r\n", chunk_size},
      {chunked + "g\r\n", chunk_size},
      {chunked + "-1\r\n", chunk_size},
      {chunked + "+1\r\n", chunk_size},
      {chunked + " 1\r\n", chunk_size},
      {chunked + "8000000000000000\r\n", chunk_size},
      {chunked + "10000000000000005\r\n", chunk_size},
      {chunked + "0x5\r\n", chunk_extension},
      {chunked + "5 \r\n", chunk_extension},
      {chunked + "5 5\r\n", chunk_extension},
      {chunked + "5\n", bare_lf},
      {chunked + "5;a\n", bare_lf},
      {chunked + "5\rhello", bare_cr},
      {chunked + "5;a\x01", control_character},
      {chunked + "2\r\nabc\r\n", chunk_end},
      {chunked + "2\r\nab\n", chunk_end},
      {chunked + "2\r\nab\rc", chunk_end},
      {chunked + "0\r\nA: b\r\n c\r\n", folded_line},
      {chunked + "0\r\nA : b\r\n", space_before_colon},
  };
}

TEST(Http1, WhatCanBeReadInTwoWaysIsMalformed) {
  for (const auto& [bytes, fault] : malformed()) {
    const auto heard = hear(bytes + "\r\n\r\nmore");
    EXPECT_EQ(heard.state, State::malformed) << bytes;
    EXPECT_EQ(to_string(heard.fault), to_string(fault)) << bytes;
    EXPECT_FALSE(heard.reusable);
  }
}

TEST(Http1, MalformedIsNoticedAtTheByteThatMakesItSo) {
  for (const std::string bytes : {"H3", "HTTP/3", "HTTP/1.1 0", "HTTP/1.1 200 OK\r\nA "}) {
    Http1Response response;
    response.feed(std::string_view(bytes).substr(0, bytes.size() - 1));
    EXPECT_FALSE(response.ended()) << bytes;
    response.feed(std::string_view(bytes).substr(bytes.size() - 1));
    EXPECT_EQ(response.state(), State::malformed) << bytes;
  }
}

TEST(Http1, RepeatedEqualLengthsAreOne) {
  EXPECT_EQ(hear(with("Content-Length: 2, 2\r\nContent-Length: 02\r\n", "ok")).body, "ok");
}

TEST(Http1, LargestLengthsArePossible) {
  const std::string most = "Content-Length: 9223372036854775807\r\n";
  EXPECT_EQ(hear(with(most, "a")).state, State::truncated);
  const auto chunk = with("Transfer-Encoding: chunked\r\n", "0007FFFFFFFFFFFFFFF\r\na");
  EXPECT_EQ(hear(chunk).state, State::truncated);
}

TEST(Http1, LimitsHoldToTheByte) {
  const auto fault = [](const std::string& bytes, const Http1Limits& limits) {
    return hear(bytes, false, limits).fault;
  };
  const std::string reply = with("A: " + std::string(40, 'x') + "\r\n");  // a line of 45 bytes
  EXPECT_EQ(fault(reply, {.line = 45}), Http1Fault::none);
  EXPECT_EQ(fault(reply, {.line = 44}), Http1Fault::line_too_long);
  EXPECT_EQ(fault(reply.substr(0, 17 + 44), {.line = 44}), Http1Fault::line_too_long);
  EXPECT_EQ(fault(reply, {.head = 17 + 45 + 2}), Http1Fault::none);
  EXPECT_EQ(fault(reply, {.head = 17 + 45 + 1}), Http1Fault::head_too_large);
  EXPECT_EQ(fault(with("A: b\r\nC: d\r\n"), {.fields = 2}), Http1Fault::none);
  EXPECT_EQ(fault(with("A: b\r\nC: d\r\n"), {.fields = 1}), Http1Fault::too_many_fields);
  const std::string interim = "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_EQ(fault(interim + interim + with(""), {.interims = 2}), Http1Fault::none);
  EXPECT_EQ(fault(interim + interim + with(""), {.interims = 1}), Http1Fault::too_many_interims);
  std::string chunks = with("Transfer-Encoding: chunked\r\n");
  for (int i = 0; i < 100; ++i) chunks += "1;" + std::string(9, 'x') + "\r\na\r\n";
  EXPECT_EQ(fault(chunks, {.head = 1000}), Http1Fault::head_too_large) << "extensions count";
}

}  // namespace
}  // namespace ingress_check
