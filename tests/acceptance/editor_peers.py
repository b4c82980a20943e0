#!/usr/bin/env python3
"""Clients that others wrote, against the endpoint and the language server.

    editor_peers.py --agent PROGRAM --trainer PROGRAM [--python PYTHON] [--examples 50]

* pygls, a client of the Language Server Protocol: from initialise to shutdown, with diagnostics, hover, a code action whose
  edit gives the fixed program, and an exit with 0.
* schemathesis: requests made from the endpoint's own description; what it answers has to be what the description says.

PYTHON (or DLFIX_PEERS_PYTHON) is an interpreter that has the packages. Exit 77 where they are missing.
"""
import argparse
import asyncio
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = SOURCE / "data" / "programs"
sys.path.insert(0, str(SOURCE / "tests" / "agent" / "serve"))
from served import Served  # noqa: E402

PACKAGES = ("pygls", "lsprotocol", "schemathesis")
LIMIT = 60


def applied(text, edits):
    """A text after edits whose columns count characters; the programs are ASCII."""
    lines = text.split("\n")
    offset = lambda place: sum(len(line) + 1 for line in lines[:place.line]) + place.character
    for edit in sorted(edits, key=lambda one: -offset(one.range.start)):
        text = text[:offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end):]
    return text


async def speak(agent, folder):
    from lsprotocol import types
    from pygls.lsp.client import LanguageClient
    client = LanguageClient("peer", "1")
    published = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params):
        published.put_nowait(params)

    wait = lambda what: asyncio.wait_for(what, LIMIT)
    await client.start_io(agent, "lsp", "--store", os.path.join(folder, "store.sqlite"))
    begun = await wait(client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities(), process_id=os.getpid())))
    client.initialized(types.InitializedParams())
    assert begun.server_info.name == "dlfix-agent" and begun.capabilities.hover_provider, begun
    text = (PROGRAMS / "blobs_zeros.py").read_text()
    uri = "file://" + os.path.join(folder, "model.py")
    client.text_document_did_open(types.DidOpenTextDocumentParams(
        text_document=types.TextDocumentItem(uri=uri, language_id="python", version=1, text=text)))
    found = await wait(published.get())
    assert found.uri == uri and found.version == 1, found
    fault = next(one for one in found.diagnostics if one.code == "WCI")
    assert fault.range.start.line == 23, fault
    document = types.TextDocumentIdentifier(uri=uri)
    hover = await wait(client.text_document_hover_async(types.HoverParams(text_document=document, position=fault.range.start)))
    assert "kernel" in hover.contents.value, hover
    actions = await wait(client.text_document_code_action_async(types.CodeActionParams(
        text_document=document, range=fault.range, context=types.CodeActionContext(diagnostics=[fault]))))
    fix = next(one for one in actions if getattr(one, "edit", None))
    fixed = applied(text, fix.edit.document_changes[0].edits)
    assert fixed == (PROGRAMS / "blobs_zeros_fixed.py").read_text(), fix
    client.text_document_did_change(types.DidChangeTextDocumentParams(
        text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=2),
        content_changes=[types.TextDocumentContentChangeWholeDocument(text=fixed)]))
    after = await wait(published.get())
    assert after.version == 2 and not any(one.code == "WCI" for one in after.diagnostics), after
    client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=document))
    assert not (await wait(published.get())).diagnostics
    await wait(client.shutdown_async(None))
    client.exit(None)
    code = await wait(client._server.wait())
    assert code == 0, code
    await client.stop()
    print("ok   pygls: initialise to shutdown")


def describe(arguments, folder):
    try:
        served = Served(arguments.agent, "--allow-run", "--jobs-per-client", "1000",
                        environment={"DLFIX_TRAINER": arguments.trainer})
    except RuntimeError as error:
        if "--allow-run" not in str(error):
            raise
        served = Served(arguments.agent)
    with served:
        run = subprocess.run([sys.executable, "-m", "schemathesis.cli", "--config-file", str(SOURCE / "tests/agent/serve/schemathesis.toml"),
                              "run", served.record["url"] + "/openapi.json", "-H", "Authorization: Bearer " + served.token,
                              "--max-examples", str(arguments.examples), "--no-color"],
                             cwd=folder, capture_output=True, text=True, env=dict(os.environ, PYTHONIOENCODING="utf-8"))
        alive = served.ask("GET", "/health")[0] == 200
    if run.returncode != 0 or not alive:
        print(run.stdout[-8000:] + run.stderr[-2000:])
    print("{} schemathesis: {}".format("ok  " if run.returncode == 0 and alive else "FAIL", run.stdout.strip().split("\n")[-1].strip("= ")))
    return run.returncode == 0 and alive


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--trainer", default="")
    parser.add_argument("--python", default=os.environ.get("DLFIX_PEERS_PYTHON"))
    parser.add_argument("--examples", type=int, default=50)
    arguments = parser.parse_args()
    if arguments.python and os.path.realpath(arguments.python) != os.path.realpath(sys.executable) or (
            arguments.python and "DLFIX_PEERS_INSIDE" not in os.environ):
        return subprocess.call([arguments.python, "-B", __file__] + sys.argv[1:], env=dict(os.environ, DLFIX_PEERS_INSIDE="1"))
    try:
        for package in PACKAGES:
            __import__(package)
    except ImportError as error:
        print("skipped: %s; name an interpreter that has %s with --python" % (error, ", ".join(PACKAGES)))
        return 77
    with tempfile.TemporaryDirectory(prefix="dlfix-peers-") as folder:
        os.environ.setdefault("DLFIX_HOME", str(SOURCE))
        asyncio.run(speak(arguments.agent, folder))
        return 0 if describe(arguments, folder) else 1


if __name__ == "__main__":
    sys.exit(main())
