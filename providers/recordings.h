// Recorded replies as JSON lines: our own layout and the two of the published study
// (RECORDINGS.md).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "providers/chat.h"

namespace dlfix::providers {

/// One recorded reply.
struct Recording {
  std::string task;  ///< "repair", "localise"; empty: not said
  std::string model;
  std::optional<double> temperature;
  std::string subject;        ///< published and hand-written: repair subject, or fl_id
  std::string prompt_sha256;  ///< ours; empty: the reply was given to another text
  int index = 0;              ///< repetition
  std::string text;
  std::string note;  ///< "hand-written example", shown with every use

  // Ours only, as far as known.
  std::string key;       ///< in the run store
  std::string provider;  ///< dialect
  std::string base_url;
  std::string prompt;
  std::string outcome = "ok";
  std::string returned_model;
  Usage usage;
  double seconds = 0;
  int attempts = 0;
  bool temperature_applied = true;
};

/// Reads JSON lines of any of the three layouts, mixed too. Errors: EnvironmentError (file),
/// InputError naming the line that is no recording.
std::vector<Recording> read_recordings(const std::string& path);

/// One line of ours, without its line feed. Everything that looks like a key, and every text of
/// `secrets`, is replaced by "[secret removed]"; a base URL loses credentials and query.
std::string recording_line(const Recording& recording, const std::vector<std::string>& secrets);

/// True when the file's replies answered another text than ours (published ones; hand-written
/// examples say themselves what they are).
bool answers_another_text(const std::vector<Recording>& recordings);

/// `text` without what looks like a key of a known vendor or a bearer token, and without `secrets`.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace dlfix::providers
