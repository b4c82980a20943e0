// Answers -> findings: fault type, layers, whether a change is named, which, and why.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mapping/findings/answer_list.h"
#include "trainer/spec/model_spec.h"

namespace dlfix::mapping {

struct Finding {
  std::string fault_type;         ///< code of the catalogue
  std::vector<int> layers;        ///< Keras layer indexes, ascending; empty: none could be resolved
  bool specific = false;          ///< names a change that could be made
  double confidence = 0;          ///< 0 to 1
  nlohmann::json proposed;        ///< the value proposed ("softmax", 0.001, "increase"); null: none
  std::vector<std::string> cues;  ///< why: the cues that fired, the strongest first
};

/// What one answer says. No findings: nothing that the catalogue knows, such as praise.
struct MappedAnswer {
  Answer answer;
  std::vector<Finding> findings;  ///< the main one first; more where one answer names several
  std::string mapper;             ///< "rules" or "llm": who decided
  bool specific() const { return !findings.empty() && findings.front().specific; }
};

/// A whole reply.
struct MappedReply {
  AnswerList list;
  std::vector<MappedAnswer> answers;
};

/// Maps answers. Implementations are total over any text; model layers may be empty.
class AnswerMapper {
 public:
  virtual ~AnswerMapper() = default;
  virtual std::string name() const = 0;
  virtual std::vector<MappedAnswer> map(const std::vector<Answer>& answers,
                                        const trainer::ModelSpec& model) = 0;
};

/// By the catalogue's cues: deterministic, needs no network.
std::unique_ptr<AnswerMapper> make_rules_mapper();

/// Sends one prompt, returns the reply's text. May throw what its provider throws.
using AskModel = std::function<std::string(const std::string& prompt)>;

/// Asks a model to classify, one prompt a reply, with the catalogue in it. Layers, specificity and
/// values are resolved by the rules. Answers that the model leaves out, or gives a code that the
/// catalogue does not have, are mapped by the rules.
std::unique_ptr<AnswerMapper> make_llm_mapper(AskModel ask);

/// Rules first; answers below `sure` confidence are asked for in one prompt.
std::unique_ptr<AnswerMapper> make_hybrid_mapper(AskModel ask, double sure = 0.6);

/// Reads the reply's answers and maps them. Beyond 64 KiB of text the rest stays without findings
/// and a note says so.
MappedReply map_reply(std::string_view reply, const trainer::ModelSpec& model,
                      AnswerMapper& mapper);

}  // namespace dlfix::mapping
