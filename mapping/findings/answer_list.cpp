#include "mapping/findings/answer_list.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "mapping/findings/json_answers.h"
#include "mapping/findings/reply_lines.h"

namespace dlfix::mapping {
namespace {

/// Longer replies are cut here: no list of reasons is a megabyte long.
constexpr std::size_t kLongestReply = std::size_t{1} << 20;
constexpr std::size_t kMostLines = 65536;

struct Item {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string label;
};

bool is_blank_char(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Behind the last thought block. A block that is never closed: everything in it is thought.
std::size_t thoughts_end(std::string_view reply, bool& removed) {
  constexpr std::array<std::string_view, 4> kNames = {"think>", "thinking>", "thought>",
                                                      "reasoning>"};
  std::size_t end = 0;
  bool open = false;
  for (std::size_t at = reply.find('<'); at != std::string_view::npos;
       at = reply.find('<', at + 1)) {
    const bool closing = reply.substr(at + 1).starts_with('/');
    const std::string_view rest = reply.substr(at + (closing ? 2 : 1));
    const auto name =
        std::ranges::find_if(kNames, [&](std::string_view n) { return rest.starts_with(n); });
    if (name == kNames.end()) continue;
    open = !closing;
    if (closing) end = at + 2 + name->size();
  }
  if (open) end = reply.size();
  removed = end > 0;
  return end;
}

bool starts_closing_remark(std::string_view text) {
  constexpr std::array<std::string_view, 22> kOpeners = {
      "overall",          "in summary",
      "in conclusion",    "to summarize",
      "to summarise",     "to conclude",
      "in general,",      "please note",
      "note that",        "remember",
      "by addressing",    "these are",
      "without more",     "to fix these",
      "to address these", "here is",
      "here's",           "based on",
      "if you",           "to improve the",
      "addressing these", "it's important to note"};
  std::string lead(text.substr(0, 32));
  std::ranges::transform(lead, lead.begin(), [](unsigned char c) {
    return static_cast<char>(c < 128 && c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  const auto at = lead.find_first_not_of("*#_ ");
  if (at == std::string::npos) return false;
  return std::ranges::any_of(
      kOpeners, [&](std::string_view opener) { return lead.substr(at).starts_with(opener); });
}

std::size_t outermost(const std::vector<ReplyLine>& lines, MarkerKind kind) {
  std::size_t indent = std::string_view::npos;
  for (const auto& line : lines) {
    if (line.marker == kind) indent = std::min(indent, line.indent);
  }
  return indent;
}

// Lines of the chosen kind at the outermost level begin an item.
class ListBuilder {
 public:
  ListBuilder(std::string_view reply, const std::vector<ReplyLine>& lines, MarkerKind kind)
      : reply_(reply), lines_(lines), kind_(kind), outermost_(outermost(lines, kind)) {}

  std::vector<Item> build() {
    for (std::size_t index = 0; index < lines_.size(); ++index) {
      const ReplyLine& line = lines_[index];
      if (begins_item(line)) {
        open_item(line);
      } else if (!items_.empty() && !closed_ && !line.blank) {
        if (ends_list(index)) {
          closed_ = true;
        } else {
          items_.back().end = line.end;
        }
      }
    }
    return std::move(items_);
  }

 private:
  bool begins_item(const ReplyLine& line) const {
    if (line.marker != kind_ || line.indent > outermost_ + 1) return false;
    if (kind_ != MarkerKind::kNumber) return true;
    // In order, counted anew, or all the same; "255. This" inside a sentence is none of these.
    return items_.empty() ? line.number <= 3
                          : line.number <= 1 || (line.number > last_ && line.number <= last_ + 3);
  }

  void open_item(const ReplyLine& line) {
    closed_ = false;
    last_ = line.number;
    items_.push_back({line.text_at, line.end,
                      kind_ == MarkerKind::kNumber   ? std::to_string(line.number)
                      : kind_ == MarkerKind::kBullet ? "-"
                                                     : ""});
  }

  // A paragraph at the margin behind a blank line that sums up, or a heading behind numbers.
  bool ends_list(std::size_t index) const {
    const ReplyLine& line = lines_[index];
    if (index == 0 || !lines_[index - 1].blank || line.indent > outermost_) return false;
    if (line.code) return false;
    if (kind_ != MarkerKind::kHeading && line.marker == MarkerKind::kHeading) return true;
    return line.marker == MarkerKind::kNone &&
           starts_closing_remark(reply_.substr(line.begin, line.end - line.begin));
  }

  std::string_view reply_;
  const std::vector<ReplyLine>& lines_;
  MarkerKind kind_;
  std::size_t outermost_ = 0;
  long last_ = 0;
  bool closed_ = false;
  std::vector<Item> items_;
};

std::size_t count_markers(const std::vector<ReplyLine>& lines, MarkerKind kind) {
  return static_cast<std::size_t>(std::ranges::count(lines, kind, &ReplyLine::marker));
}

// "1. a 2. b" or "(1) a, (2) b" in running text: numbers that count up from 1.
std::vector<Item> inline_items(std::string_view reply, std::size_t from) {
  std::vector<Item> items;
  for (std::size_t at = from; at + 1 < reply.size(); ++at) {
    const bool at_start = at == from || is_blank_char(reply[at - 1]) || reply[at - 1] == '(';
    if (!at_start || reply[at] < '0' || reply[at] > '9') continue;
    std::size_t end = at;
    while (end < reply.size() && end - at < 4 && reply[end] >= '0' && reply[end] <= '9') ++end;
    if (end + 1 >= reply.size() || (reply[end] != '.' && reply[end] != ')') ||
        !is_blank_char(reply[end + 1])) {
      continue;
    }
    const long number = std::stol(std::string(reply.substr(at, end - at)));
    if (number != static_cast<long>(items.size()) + 1) continue;
    if (!items.empty()) items.back().end = reply[at - 1] == '(' ? at - 1 : at;
    items.push_back({end + 1, reply.size(), std::to_string(number)});
    at = end;
  }
  return items.size() >= 2 ? items : std::vector<Item>{};
}

// "First, ... Second, ... Finally, ...": words that open a sentence.
std::vector<Item> ordinal_items(std::string_view reply, std::size_t from) {
  constexpr std::array<std::string_view, 14> kWords = {
      "First,", "Firstly,", "Second,", "Secondly,", "Third,",  "Thirdly,",     "Fourth,",
      "Fifth,", "Next,",    "Then,",   "Finally,",  "Lastly,", "Furthermore,", "Additionally,"};
  std::vector<Item> items;
  for (std::size_t at = from; at < reply.size(); ++at) {
    const bool sentence = at == from || reply[at - 1] == '\n' ||
                          (at >= 2 && is_blank_char(reply[at - 1]) && reply[at - 2] == '.');
    if (!sentence || reply[at] < 'A' || reply[at] > 'Z') continue;
    const auto word = std::ranges::find_if(
        kWords, [&](std::string_view w) { return reply.substr(at).starts_with(w); });
    if (word == kWords.end() || (items.empty() && !word->starts_with("First"))) continue;
    if (!items.empty()) items.back().end = at;
    items.push_back({at, reply.size(), ""});
  }
  return items.size() >= 2 ? items : std::vector<Item>{};
}

std::vector<Item> paragraph_items(const std::vector<ReplyLine>& lines) {
  std::vector<Item> items;
  bool open = false;
  for (const auto& line : lines) {
    if (line.blank) {
      open = false;
    } else if (open) {
      items.back().end = line.end;
    } else {
      items.push_back({line.begin, line.end, ""});
      open = true;
    }
  }
  return items;
}

std::vector<Item> find_items(std::string_view reply, std::size_t from, ListForm& form) {
  const auto lines = reply_lines(reply, from, kMostLines);
  const std::size_t numbers = count_markers(lines, MarkerKind::kNumber);
  const std::size_t bullets = count_markers(lines, MarkerKind::kBullet);
  const std::size_t headings = count_markers(lines, MarkerKind::kHeading);
  std::vector<Item> items;
  if (numbers > 0 && !(bullets >= 2 && outermost(lines, MarkerKind::kBullet) <
                                           outermost(lines, MarkerKind::kNumber))) {
    form = ListForm::kNumbered;
    items = ListBuilder(reply, lines, MarkerKind::kNumber).build();
    if (items.size() == 1) {
      auto in_line = inline_items(reply, from);
      if (!in_line.empty()) {
        form = ListForm::kInline;
        return in_line;
      }
    }
    if (!items.empty()) return items;
  }
  // Headings with bullets below them: the headings are the answers.
  const auto heading = std::ranges::find(lines, MarkerKind::kHeading, &ReplyLine::marker);
  const auto bullet = std::ranges::find(lines, MarkerKind::kBullet, &ReplyLine::marker);
  if (headings >= 2 && (bullets == 0 || (heading < bullet && bullets >= headings))) {
    form = ListForm::kHeadings;
    return ListBuilder(reply, lines, MarkerKind::kHeading).build();
  }
  if (bullets >= 2) {
    form = ListForm::kBullets;
    return ListBuilder(reply, lines, MarkerKind::kBullet).build();
  }
  form = ListForm::kInline;
  items = inline_items(reply, from);
  if (!items.empty()) return items;
  form = ListForm::kOrdinals;
  items = ordinal_items(reply, from);
  if (!items.empty()) return items;
  form = ListForm::kParagraphs;
  return paragraph_items(lines);
}

// Letters and digits alone, lower case: what two answers must share to be one.
std::string fingerprint(std::string_view text) {
  std::string print;
  print.reserve(std::min(text.size(), kLongestAnswer));
  for (const char c : text.substr(0, kLongestAnswer)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) print += c;
    if (c >= 'A' && c <= 'Z') print += static_cast<char>(c + 32);
    if (static_cast<unsigned char>(c) >= 128) print += c;
  }
  return print;
}

// Keeps distinct answers and counts their repetitions.
class AnswerCollector {
 public:
  explicit AnswerCollector(AnswerList& list) : list_(list) {}

  void add(Answer answer) {
    const std::string print = fingerprint(answer.text);
    if (print.empty()) return;
    ++list_.items;
    const auto known = known_.find(print);
    if (known != known_.end()) {
      ++list_.answers[known->second].repeats;
    } else if (list_.answers.size() < kMostAnswers) {
      known_.emplace(print, list_.answers.size());
      list_.answers.push_back(std::move(answer));
    } else if (!std::exchange(dropped_, true)) {
      list_.notes.push_back("answers beyond " + std::to_string(kMostAnswers) + " left out");
    }
  }

 private:
  AnswerList& list_;
  std::unordered_map<std::string, std::size_t> known_;
  bool dropped_ = false;
};

std::optional<Answer> answer_of(std::string_view reply, Item item) {
  while (item.begin < item.end && is_blank_char(reply[item.begin])) ++item.begin;
  while (item.end > item.begin && is_blank_char(reply[item.end - 1])) --item.end;
  if (item.begin >= item.end) return std::nullopt;
  item.end = std::min(item.end, item.begin + kLongestAnswer);
  return Answer{std::string(reply.substr(item.begin, item.end - item.begin)), item.label,
                item.begin, item.end, 1};
}

}  // namespace

std::string_view to_string(ListForm form) {
  switch (form) {
    case ListForm::kNone:
      return "none";
    case ListForm::kNumbered:
      return "numbered";
    case ListForm::kBullets:
      return "bullets";
    case ListForm::kHeadings:
      return "headings";
    case ListForm::kInline:
      return "inline";
    case ListForm::kOrdinals:
      return "ordinals";
    case ListForm::kJson:
      return "json";
    case ListForm::kParagraphs:
      return "paragraphs";
  }
  return "none";
}

AnswerList read_answers(std::string_view reply) {
  AnswerList list;
  if (reply.size() > kLongestReply) {
    reply = reply.substr(0, kLongestReply);
    list.notes.emplace_back("reply cut after 1 MiB");
  }
  const std::size_t from = thoughts_end(reply, list.thoughts_removed);
  AnswerCollector collector(list);
  const auto json_items = read_json_items(reply, from);
  if (!json_items.empty()) {
    list.form = ListForm::kJson;
    int number = 0;
    for (const auto& item : json_items) {
      collector.add(
          {item.text.substr(0, kLongestAnswer), std::to_string(++number), item.begin, item.end, 1});
    }
    return list;
  }
  ListForm form = ListForm::kNone;
  for (const Item& item : find_items(reply, from, form)) {
    if (auto answer = answer_of(reply, item)) collector.add(*std::move(answer));
  }
  list.form = list.answers.empty() ? ListForm::kNone : form;
  return list;
}

}  // namespace dlfix::mapping
