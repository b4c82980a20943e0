#!/usr/bin/env python3
"""Shows what `dlfix-agent serve` finds in a program: python3 client_example.py FILE [--repair]

An example of a client in Python's standard library. The server is found by its run file.
"""
import hashlib
import json
import os
import pathlib
import sys
import urllib.error
import urllib.request


def find_server(program):
    """The run file of the server that serves a folder above the program."""
    folder = os.environ.get("XDG_RUNTIME_DIR")
    runs = pathlib.Path(folder) / "dlfix-agent" if folder else pathlib.Path("/tmp/dlfix-agent-%d" % os.getuid())
    for root in program.parents:
        name = hashlib.sha256(str(root).encode()).hexdigest()[:16] + ".json"
        if (runs / name).is_file():
            return json.loads((runs / name).read_text())
    sys.exit("no server serves this program's folder; start one: dlfix-agent serve --root FOLDER")


def ask(server, method, path, body=None, headers=None):
    """The answer, open for reading; problems end the program."""
    request = urllib.request.Request(server["url"] + path, method=method, headers={
        "Authorization": "Bearer " + server["token"], "Content-Type": "application/json", **(headers or {})},
        data=None if body is None else json.dumps(body).encode())
    try:
        return urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        sys.exit("%s: %s" % (problem["code"], problem["detail"]))


def show_findings(server, program):
    answer = json.load(ask(server, "POST", "/v1/localise", {"path": str(program), "position_encoding": "utf-32"}))
    for diagnostic in answer["diagnostics"]:
        start = diagnostic["range"]["start"]
        print("%s:%d:%d: %s %s" % (program, start["line"] + 1, start["character"] + 1, diagnostic["code"],
                                   diagnostic["message"].replace("\n", "\n    ")))
    for fix in answer["fixes"]:
        print("proposed:", fix["title"])


def repair(server, program):
    job = json.load(ask(server, "POST", "/v1/repair", {"path": str(program)}))
    for line in ask(server, "GET", "/v1/jobs/%s/events" % job["id"]):
        if line.startswith(b"data: "):
            event = json.loads(line[6:])
            print(event.get("text") or " ".join(str(event.get(key, "")) for key in ("phase", "name", "done", "what")))
    done = json.load(ask(server, "GET", "/v1/jobs/" + job["id"]))
    print(done["status"], (done["result"] or {}).get("verdict", ""), (done["result"] or {}).get("diff", ""), sep="\n")


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[1]).resolve()
    found = find_server(file)
    show_findings(found, file)
    if "--repair" in sys.argv[2:]:
        repair(found, file)
