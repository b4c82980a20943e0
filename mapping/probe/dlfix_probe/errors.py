"""The one error of the probe: it becomes the JSON answer, never a traceback."""


class ProbeError(Exception):
    """Where, what and the way out; `code` is one of PROGRAM_JSON.md's."""

    def __init__(self, code, message, file=None, line=None, remedy=None):
        message = " ".join(str(message).splitlines())       # one sentence, whatever a file's text is in it
        super().__init__(message)
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.remedy = remedy

    def to_json(self):
        return {"error": {"code": self.code, "message": self.message, "file": self.file,
                          "line": self.line, "remedy": self.remedy}}
