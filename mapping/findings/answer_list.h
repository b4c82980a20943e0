// A model's free-text reply -> the answers that it lists, each with its place in the reply.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dlfix::mapping {

/// One item of the list, without its number or bullet.
struct Answer {
  std::string text;       ///< as written, blanks at the ends removed
  std::string label;      ///< "1", "2", ...; "-" for a bullet; empty for a heading or paragraph
  std::size_t begin = 0;  ///< span of the text in the reply, in bytes
  std::size_t end = 0;    ///< exclusive
  int repeats = 1;        ///< how often the reply says it
};

enum class ListForm {
  kNone,        ///< nothing to read
  kNumbered,    ///< 1. 1) (1) **1.** 1: "Issue 1:" "### 1."
  kBullets,     ///< - * + •
  kHeadings,    ///< ## Title, or **Title** on a line of its own
  kInline,      ///< "1. ... 2. ..." or "(1) ..., (2) ..." inside one line
  kOrdinals,    ///< "First, ... Second, ..."
  kJson,        ///< an array, or an object of texts
  kParagraphs,  ///< prose without a list
};
std::string_view to_string(ListForm form);

struct AnswerList {
  ListForm form = ListForm::kNone;
  std::vector<Answer> answers;     ///< distinct ones, in order of first appearance
  int items = 0;                   ///< with repetitions
  bool thoughts_removed = false;   ///< a <think> block was there
  std::vector<std::string> notes;  ///< what was cut, and why
};

/// Most distinct answers kept of one reply, most bytes kept of one answer.
inline constexpr int kMostAnswers = 512;
inline constexpr std::size_t kLongestAnswer = 4096;

/// Total: any bytes give a list, in time linear in their number. Items of the outermost list are
/// the answers; nested lists, code blocks and further paragraphs belong to their item. Text before
/// the first item and a closing remark after the last are no answers. Items that say the same
/// (letters and digits compared) are folded.
AnswerList read_answers(std::string_view reply);

}  // namespace dlfix::mapping
