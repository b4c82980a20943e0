#include "agent/lsp/message_stream.h"

#include <gtest/gtest.h>

#include "trainer/support/errors.h"

namespace dlfix::agent::lsp {
namespace {

TEST(MessageStream, GivesWholeMessagesHoweverTheyCome) {
  const std::string bytes = framed({{"id", 1}}) + framed({{"text", "\xc3\xa9"}});
  MessageReader whole;
  EXPECT_EQ(whole.take(bytes).size(), 2u);
  MessageReader bytewise;
  std::vector<nlohmann::json> messages;
  for (const char byte : bytes) {
    for (auto& message : bytewise.take(std::string_view(&byte, 1)))
      messages.push_back(std::move(message));
  }
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1]["text"], "\xc3\xa9");
}

TEST(MessageStream, HeadersInAnyCaseAndOthersBeside) {
  MessageReader reader;
  EXPECT_EQ(reader.take("Content-Type: x\r\ncontent-LENGTH:2\r\n\r\n{}").size(), 1u);
}

TEST(MessageStream, WhatIsNoJsonIsGivenAsDiscarded) {
  MessageReader reader;
  const auto messages = reader.take("Content-Length: 1\r\n\r\n{" + framed({{"id", 2}}));
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_TRUE(messages[0].is_discarded());
}

TEST(MessageStream, MessagesBeforeBrokenHeadersAreNotLost) {
  MessageReader reader;
  EXPECT_EQ(reader.take(framed({{"id", 1}}) + "nonsense\r\n\r\n").size(), 1u);
  EXPECT_THROW(reader.take({}), support::InputError);
}

TEST(MessageStream, HeadersThatCannotBeReadEndIt) {
  for (const char* bytes : {"GET / HTTP/1.1\r\n\r\n", "Content-Length: x\r\n\r\n",
                            "Content-Length: 99999999999\r\n\r\n"}) {
    MessageReader reader;
    EXPECT_THROW(reader.take(bytes), support::InputError) << bytes;
  }
  const std::string long_headers =
      "Content-Length: 2\r\nX: " + std::string(5000, 'y') + "\r\n\r\n{}";
  MessageReader whole, cut;
  EXPECT_THROW(whole.take(long_headers), support::InputError);
  EXPECT_THROW(cut.take(long_headers.substr(0, 4500)), support::InputError);
}

}  // namespace
}  // namespace dlfix::agent::lsp
