#include "providers/sse.h"

#include <gtest/gtest.h>

#include <vector>

#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

std::vector<std::string> events(const std::string& bytes, std::size_t step) {
  std::vector<std::string> list;
  SseDecoder decoder(
      [&](const StreamEvent& event) { list.push_back(event.name + "|" + event.data); });
  for (std::size_t at = 0; at < bytes.size(); at += step) decoder.feed(bytes.substr(at, step));
  decoder.finish();
  return list;
}

TEST(ProviderStream, JoinsDataLinesAndPassesOverCommentsAndOtherFields) {
  const std::string stream =
      "\xEF\xBB\xBF: hello\nevent: ping\nid: 3\ndata: a\ndata:b\n\nretry: 5\n\ndata: c\n\n";
  const std::vector<std::string> expected = {"ping|a\nb", "|c"};
  for (std::size_t step = 1; step < 12; ++step) EXPECT_EQ(events(stream, step), expected) << step;
}

TEST(ProviderStream, TakesEveryEndOfLine) {
  const std::vector<std::string> expected = {"|a", "|b"};
  for (const char* stream : {"data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\r"})
    for (std::size_t step = 1; step < 5; ++step) EXPECT_EQ(events(stream, step), expected) << step;
}

TEST(ProviderStream, GivesALastEventThatIsNotClosed) {
  EXPECT_EQ(events("data: a\n\ndata: [DONE]", 3), (std::vector<std::string>{"|a", "|[DONE]"}));
  EXPECT_TRUE(events("event: alone\n\n", 2).empty());
}

TEST(ProviderStream, LinesAreEventsOfNewlineDelimitedJson) {
  std::vector<std::string> list;
  LineDecoder decoder([&](const StreamEvent& event) { list.push_back(event.data); });
  decoder.feed("{\"a\":1}\r\n\n{\"b\"");
  decoder.feed(":2}");
  decoder.finish();
  EXPECT_EQ(list, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"}));
}

TEST(ProviderText, BytesThatAreNoUtf8AreReplacedOneByOne) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("plain \xC3\xA9 \xF0\x9F\x98\x80"), "plain \xC3\xA9 \xF0\x9F\x98\x80");
  EXPECT_EQ(valid_utf8("\xE9"), mark);
  EXPECT_EQ(valid_utf8("\xC0\xAF"), mark + mark);             // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), mark + mark + mark);  // surrogate
  EXPECT_EQ(valid_utf8("\xF5\x80\x80\x80"), mark + mark + mark + mark);
  EXPECT_EQ(valid_utf8("a\xE2\x82"), "a" + mark + mark);  // cut
}

TEST(ProviderText, JsonThatIsTooDeepIsNone) {
  EXPECT_TRUE(parse_json(std::string(1'000'000, '[')).is_discarded());
  EXPECT_FALSE(parse_json(R"({"a": "[[[[", "b": [1, {"c": "}"}]})").is_discarded());
  EXPECT_EQ(parse_json("{\"a\": \"\xE9\"}")["a"], "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace dlfix::providers
