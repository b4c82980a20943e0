#include "agent/serve/programs_api.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "agent/commands/scratch_folder.h"
#include "agent/lsp/diagnostics.h"
#include "agent/serve/problem.h"
#include "eval/repairers/tool_reading.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent::serve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kPathBytes = 4096;
constexpr std::chrono::seconds kCommandLimit{60};

std::vector<std::string> with_program(std::vector<std::string> others) {
  auto names = program_members();
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

json named_answer(const NamedProgram& named) {
  return {{"uri", named.uri},
          {"version", named.version},
          {"position_encoding", lsp::to_string(named.encoding)}};
}

[[noreturn]] void throw_command(const json& answer, const support::ProcessResult& result) {
  if (answer.is_object() && answer.contains("error")) {
    const json& error = answer["error"];
    const std::string code = error.value("code", "");
    const bool usage = code == "usage";
    throw ProblemError({usage ? 422 : 503, usage ? "program_unreadable" : "environment",
                        error.value("message", "") + "; " + error.value("remedy", ""),
                        usage ? 0 : 30, json::object()});
  }
  throw ProblemError({500, "internal", fmt::format("a command ended with {}", result.exit_code), 0,
                      json::object()});
}

json described(const std::vector<Technique>& techniques) {
  json list = json::array();
  for (const auto& [name, what] : techniques)
    list.push_back({{"name", name}, {"description", what}});
  return list;
}

json techniques() {
  json readings = eval::tool_readings();
  return {{"repair", described(repair_techniques())},
          {"localise", described({{"combined", "all that need no model, merged into one ranking"},
                                  {"neuralint", "rules over the program as read"},
                                  {"umlaut", "rules over program and training"},
                                  {"deepdiagnosis", "symptoms of watched trainings"}})},
          {"readings", std::move(readings)}};
}

}  // namespace

std::vector<Technique> repair_techniques() {
  return {{"auto", "a model's replies where one is allowed, then guided"},
          {"guided", "by symptoms and rules, from the likeliest change on"},
          {"random", "random search"},
          {"autotrainer", "one problem of training after another, with its known remedies"},
          {"bohb", "Bayesian optimisation and Hyperband"},
          {"hebo", "heteroscedastic Bayesian optimisation"},
          {"llm", "a model's replies"}};
}

std::vector<std::string> program_members() {
  return {"path", "uri", "text", "version", "position_encoding"};
}

NamedProgram named_program(const Body& body, const RootPaths& paths, std::size_t most_bytes) {
  NamedProgram named;
  const auto path = body.text("path", kPathBytes);
  const auto uri = body.text("uri", 3 * kPathBytes);
  const auto text = body.text("text", most_bytes);
  if (path && uri) refuse_member("uri", "give path or uri, not both");
  if (!path && !uri && !text) refuse_member("path", "give path, uri or text");
  std::string file = path.value_or("untitled.py");
  if (uri) {
    const auto of_uri = path_of_uri(*uri);
    if (!of_uri) refuse_member("uri", "has to begin with file:///");
    file = *of_uri;
  }
  named.program.path = paths.resolve(file);
  named.posted = text.has_value();
  named.program.text = text ? *text : paths.read(named.program.path, most_bytes);
  named.uri = uri ? *uri : uri_of_path(named.program.path);
  if (const auto version = body.number("version", -2147483648, 2147483647))
    named.version = *version;
  named.encoding =
      *lsp::parse_encoding(body.word("position_encoding", {"utf-16", "utf-8", "utf-32"}, "utf-16"));
  return named;
}

ProgramsApi::ProgramsApi(ProgramsApiOptions options, const RootPaths& paths,
                         StaticAnalysis& analysis)
    : options_(std::move(options)), paths_(paths), analysis_(analysis) {}

void ProgramsApi::add_routes(Router& router) {
  router.add(
      {"POST", "/v1/inspect",
       [this](const httplib::Request& request, const PathValues&, httplib::Response& response) {
         inspect(Body(request.body, program_members()), response);
       }});
  router.add(
      {"POST", "/v1/prompt",
       [this](const httplib::Request& request, const PathValues&, httplib::Response& response) {
         prompt(Body(request.body, with_program({"task", "mode", "llm"})), response);
       }});
  router.add({"GET", "/v1/techniques",
              [](const httplib::Request&, const PathValues&, httplib::Response& response) {
                answer(response, techniques());
              }});
  router.add({"GET", "/v1/rules",
              [this](const httplib::Request&, const PathValues&, httplib::Response& response) {
                answer(response, rules());
              }});
}

void ProgramsApi::inspect(const Body& body, httplib::Response& response) const {
  const NamedProgram named = named_program(body, paths_, options_.text_bytes);
  const auto analysis = analysis_.analyse(named.program);
  json document = named_answer(named);
  document["program"] = analysis->document;
  answer(response, document);
}

void ProgramsApi::localise(const Body& body, httplib::Response& response) const {
  const NamedProgram named = named_program(body, paths_, options_.text_bytes);
  const auto analysis = analysis_.analyse(named.program);
  json document = named_answer(named);
  document["localisation"] = analysis->localisation;
  if (!named.posted) document["source"] = named.program.text;  // the client has not got it
  document["diagnostics"] = lsp::diagnostics_of(*analysis, named.encoding);
  document["fixes"] = lsp::fixes_of(*analysis, named.uri, named.version, named.encoding);
  answer(response, document);
}

json ProgramsApi::command(const std::vector<std::string>& arguments) const {
  support::ProcessOptions process;
  process.arguments = {options_.executable};
  process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
  process.arguments.push_back("--json");
  process.timeout = kCommandLimit;
  process.working_directory = paths_.root();
  const auto result = support::run_process(process);
  json answer = json::parse(result.standard_output, nullptr, false);
  if (result.exit_code != 0 || !answer.is_structured()) throw_command(answer, result);
  return answer;
}

void ProgramsApi::prompt(const Body& body, httplib::Response& response) {
  const NamedProgram named = named_program(body, paths_, options_.text_bytes);
  const std::string task = body.word("task", {"repair", "localise"}, "repair");
  const std::string mode = body.word("mode", {"assist", "paper"}, "assist");
  const auto model = body.text("llm", 200);
  const std::unique_lock lock(one_prompt_, std::try_to_lock);
  if (!lock) {
    throw ProblemError({503, "queue_full", "a prompt is being made", 1, json::object()});
  }
  const ScratchFolder folder;
  std::string file = named.program.path;
  if (named.posted) {
    file = folder.path() + "/" + fs::path(named.program.path).filename().string();
    std::ofstream(file, std::ios::binary) << named.program.text;
  }
  std::vector<std::string> arguments{"prompt", file, "--task", task, "--mode", mode};
  if (model) arguments.push_back("--llm=" + *model);
  answer(response, command(arguments));
}

json ProgramsApi::rules() {
  const std::lock_guard lock(rules_mutex_);
  if (rules_.is_null()) rules_ = {{"rules", command({"rules"})}};
  return rules_;
}

}  // namespace dlfix::agent::serve
