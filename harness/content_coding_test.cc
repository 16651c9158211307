#include "harness/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "harness/probe_test.h"

namespace ingress_check {
namespace {

std::string packed(const std::string& text, int bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

constexpr int gzip = MAX_WBITS + 16;

Exchange decoded(const std::string& coding, std::string body, std::size_t limit = 1 << 16) {
  Exchange exchange;
  if (!coding.empty()) exchange.headers.add("Content-Encoding", coding);
  exchange.body = std::move(body);
  exchange.body_size = exchange.body.size();
  decode_content(exchange, limit);
  return exchange;
}

TEST(ContentCoding, GzipAndBothFormsOfDeflate) {
  const std::vector<std::pair<std::string, int>> forms{
      {"gzip", gzip}, {"X-GZIP", gzip}, {" deflate", MAX_WBITS}, {"deflate", -MAX_WBITS}};
  for (const auto& [coding, bits] : forms) {
    const Exchange got = decoded(coding, packed("hello, world", bits));
    EXPECT_EQ(got.body, "hello, world") << coding;
    EXPECT_EQ(got.body_size, 12u);
    EXPECT_EQ(got.detail, "");
    EXPECT_TRUE(got.headers.find("Content-Encoding").has_value());
  }
  EXPECT_EQ(decoded("gzip", packed("one ", gzip) + packed("two", gzip)).body, "one two");
  EXPECT_EQ(decoded("gzip", packed("", gzip)).body_size, 0u);
}

TEST(ContentCoding, ABombStaysWithinTheLimit) {
  const Exchange got = decoded("gzip", packed(std::string(80 << 20, 'a'), gzip), 1000);
  EXPECT_EQ(got.body, std::string(1000, 'a'));
  EXPECT_GT(got.body_size, 64u << 20);
  EXPECT_LT(got.body_size, 65u << 20);  // not even counted to the end
  const Exchange large = decoded("gzip", packed(std::string(100000, 'a'), gzip), 1000);
  EXPECT_EQ(large.body.size(), 1000u);
  EXPECT_EQ(large.body_size, 100000u);
  const Exchange exact = decoded("gzip", packed(std::string(1000, 'a'), gzip), 1000);
  EXPECT_EQ(exact.body_size, 1000u);
}

TEST(ContentCoding, WhatCannotBeUndoneStaysAndIsSaid) {
  const Exchange brotli = decoded("br", "whatever");
  EXPECT_EQ(brotli.body, "whatever");
  EXPECT_EQ(brotli.detail, "the body is encoded as br, which is not undone here");
  EXPECT_NE(decoded("gzip", "plain text").detail, "");
  EXPECT_NE(decoded("gzip", packed("hello", gzip).substr(0, 14)).detail, "");
  EXPECT_NE(decoded("gzip, br", packed("hello", gzip)).detail, "");
  EXPECT_EQ(decoded("identity", "plain text").detail, "");
  EXPECT_EQ(decoded("gzip", "").detail, "");  // the answer to HEAD
}

TEST(ContentCoding, TheBeginningOfABodyThatWasCutHere) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919 % 10007);
  Exchange exchange;
  exchange.headers.add("Content-Encoding", "gzip");
  const std::string whole = packed(text, gzip);
  exchange.body = whole.substr(0, whole.size() / 2);
  exchange.body_size = whole.size();
  decode_content(exchange, 1 << 20);
  EXPECT_EQ(exchange.detail, "");
  EXPECT_FALSE(exchange.body.empty());
  EXPECT_TRUE(text.starts_with(exchange.body));
  EXPECT_GT(exchange.body_size, exchange.body.size());
}

TEST(ContentCoding, TheProbeReadsWhoAnsweredFromAPackedBody) {
  const std::string body = packed(R"({"service":"app1","pod":"app1-x"})", gzip);
  testing::RawServer server(
      testing::answering("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body));
  Target target = testing::target_at(server.port());
  target.answered_by.any.service_json = "service";
  target.answered_by.any.pod_json = "pod";
  const Exchange got = testing::one(target, testing::get(target));
  EXPECT_EQ(got.who.service, "app1");
  EXPECT_EQ(got.who.pod, "app1-x");
}

}  // namespace
}  // namespace ingress_check
