// What a program's text says without running it: read once, kept by content.
#pragma once

#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/serve/probe_pool.h"
#include "mapping/program/program.h"

namespace dlfix::agent::serve {

/// A program to be looked at.
struct ProgramText {
  std::string path;  ///< absolute; may name a file that is not there
  std::string text;  ///< UTF-8 as in the editor, saved or not
};

/// What was found. Paths are the user's, whatever folder the text was read in.
struct Analysis {
  nlohmann::json document;      ///< program.json
  nlohmann::json localisation;  ///< as `localise --json` prints it
  /// For each of the localisation's findings: the change that is proposed; {} where there is none.
  std::vector<mapping::Config> proposals;
  /// The edits of each proposal, as {span, text} by the text that was posted; empty: none.
  struct Edit {
    mapping::Span span;
    std::string text;
  };
  std::vector<std::vector<Edit>> edits;
  std::vector<std::string> titles;  ///< of each proposal: "change the loss to binary_crossentropy"
  std::string text;                 ///< the program's text
  std::string path;
};

struct StaticAnalysisOptions {
  std::string scratch;     ///< a folder of our own, for texts that are not saved
  std::string root;        ///< neighbours of a program are read below it only; "/": anywhere
  std::size_t kept = 256;  ///< analyses that are remembered
};

/// Links the modules that lie beside `program` into `folder`, so that a copy there finds its
/// imports. Returns what the copy may depend on: the modules, and the folder with its list of them.
std::vector<std::string> link_neighbours(const std::string& program, const std::string& folder);

class StaticAnalysis {
 public:
  StaticAnalysis(StaticAnalysisOptions options, ProbePool& probes);

  /// Errors: ProblemError: 422 program_unreadable with `reason`, `line` of the probe's error; as
  /// ProbePool::inspect. From any thread.
  std::shared_ptr<const Analysis> analyse(const ProgramText& program);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Analysis> analysis;
    std::map<std::string, std::int64_t> neighbours;  ///< path -> time of last change
  };
  using Running = std::shared_future<std::shared_ptr<const Analysis>>;
  std::shared_ptr<const Analysis> find(const std::string& key);
  void keep(const std::string& key, std::shared_ptr<const Analysis> analysis,
            std::map<std::string, std::int64_t> neighbours);
  std::shared_ptr<Analysis> read(const ProgramText& program, const std::string& folder) const;

  StaticAnalysisOptions options_;
  ProbePool& probes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  std::map<std::string, Running> running_;  ///< what is being read, by key
  std::uint64_t folders_ = 0;               ///< made so far, for their names
};

}  // namespace dlfix::agent::serve
