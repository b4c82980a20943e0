#include "mapping/findings/mapper.h"

namespace dlfix::mapping {
namespace {

constexpr std::size_t kMostText = 64 * 1024;

}  // namespace

MappedReply map_reply(std::string_view reply, const trainer::ModelSpec& model,
                      AnswerMapper& mapper) {
  MappedReply result{read_answers(reply), {}};
  std::vector<Answer> mapped;
  std::size_t text = 0;
  for (const auto& answer : result.list.answers) {
    text += answer.text.size();
    if (text > kMostText) break;
    mapped.push_back(answer);
  }
  result.answers = mapper.map(mapped, model);
  if (mapped.size() < result.list.answers.size()) {
    result.list.notes.emplace_back("answers beyond 64 KiB of text left without findings");
    for (std::size_t index = mapped.size(); index < result.list.answers.size(); ++index) {
      result.answers.push_back({result.list.answers[index], {}, mapper.name()});
    }
  }
  return result;
}

}  // namespace dlfix::mapping
