#!/usr/bin/env python3
"""What others wrote, on both sides of the wire.

    provider_peers.py --agent PROGRAM --server PROGRAM [--python PYTHON]

* The vendors' own Python clients (packages openai, anthropic) against our protocol test server: they
  must read every answer, stream and error, so that our tests mean something.
* `dlfix-agent providers test` against a server that others wrote (package mockllm), whole and
  streamed, for the dialects that it has.

PYTHON (or DLFIX_PEERS_PYTHON) is an interpreter that has the packages. Exit 77 where they are missing.
"""
import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

SCENARIO_TEXT = '{"learning_rate": 0.01, "act1": "relu"}'
FAILED = []


def check(name, condition, detail=""):
    print("{} {}{}".format("ok  " if condition else "FAIL", name,
                           "" if condition else ": " + str(detail)), flush=True)
    if not condition:
        FAILED.append(name)


def raised(call, kind):
    """The exception that the client raised, if it is of that kind; else what came."""
    try:
        return call(), False
    except kind as error:
        return error, True


def openai_client(url):
    import openai
    client = openai.OpenAI(api_key="k", base_url=url + "/v1", max_retries=0, timeout=20)
    ask = lambda model, **more: client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "repair"}], **more)
    answer = ask("ok", temperature=0.5)
    check("openai reads an answer", answer.choices[0].message.content == SCENARIO_TEXT
          and answer.usage.total_tokens == 18 and answer.choices[0].finish_reason == "stop", answer)
    check("openai reads a truncated answer",
          ask("truncated").choices[0].finish_reason == "length")
    check("openai reads a refusal", ask("refusal").choices[0].message.refusal is not None)
    check("openai reads a filtered answer",
          ask("filtered").choices[0].finish_reason == "content_filter")
    chunks = list(ask("ok", stream=True, stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    check("openai reads a stream", text == SCENARIO_TEXT and chunks[-1].usage.total_tokens == 18,
          chunks)
    text = "".join(c.choices[0].delta.content or "" for c in ask("split", stream=True) if c.choices)
    check("openai reads a stream split at every byte", text == SCENARIO_TEXT, text)
    for model, kind, code in (("wrong-key", openai.AuthenticationError, "invalid_api_key"),
                              ("quota", openai.RateLimitError, "insufficient_quota"),
                              ("no-model", openai.NotFoundError, "model_not_found"),
                              ("server-error", openai.InternalServerError, "server_error")):
        error, right = raised(lambda: ask(model), kind)
        check("openai reads error " + code, right and error.code == code, error)
    error, right = raised(lambda: ask("no-temperature", temperature=0.5), openai.BadRequestError)
    check("openai reads a refused parameter", right and error.param == "temperature", error)
    patient = client.with_options(max_retries=2)
    started = time.monotonic()
    answer = patient.chat.completions.create(model="retry-ms",
                                             messages=[{"role": "user", "content": "again"}])
    check("openai waits as retry-after-ms says",
          answer.choices[0].message.content == SCENARIO_TEXT
          and 0.15 <= time.monotonic() - started < 5)
    check("openai lists the models", [m.id for m in client.models.list()] == ["model-a"])
    responses = lambda model, **more: client.responses.create(model=model, input="repair", **more)
    answer = responses("ok")
    check("openai reads a response", answer.output_text == SCENARIO_TEXT
          and answer.usage.total_tokens == 18 and answer.status == "completed", answer)
    check("openai reads an incomplete response",
          responses("truncated").incomplete_details.reason == "max_output_tokens")
    events = list(responses("ok", stream=True))
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    check("openai reads a response's stream", text == SCENARIO_TEXT
          and events[-1].type == "response.completed"
          and events[-1].response.output_text == SCENARIO_TEXT, events)
    azure = openai.AzureOpenAI(api_key="k", azure_endpoint=url, api_version="2024-10-21",
                               max_retries=0)
    answer = azure.chat.completions.create(model="ok",
                                           messages=[{"role": "user", "content": "x"}])
    check("openai reads Azure's classic form",
          answer.choices[0].message.content == SCENARIO_TEXT)


def anthropic_client(url):
    import anthropic
    client = anthropic.Anthropic(api_key="k", base_url=url, max_retries=0, timeout=20)
    ask = lambda model, **more: client.messages.create(
        model=model, max_tokens=100, messages=[{"role": "user", "content": "repair"}], **more)
    answer = ask("ok")
    check("anthropic reads an answer", answer.content[0].text == SCENARIO_TEXT
          and answer.usage.output_tokens == 7 and answer.stop_reason == "end_turn", answer)
    check("anthropic reads a truncated answer", ask("truncated").stop_reason == "max_tokens")
    check("anthropic reads a refusal", ask("refusal").stop_reason == "refusal")
    with client.messages.stream(model="ok", max_tokens=100,
                                messages=[{"role": "user", "content": "x"}]) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    check("anthropic reads a stream", text == SCENARIO_TEXT and final.usage.output_tokens == 7
          and final.stop_reason == "end_turn", final)
    for model, kind in (("wrong-key", anthropic.AuthenticationError),
                        ("retry-seconds", anthropic.RateLimitError),
                        ("overloaded", anthropic.InternalServerError)):
        error, right = raised(lambda: ask(model), kind)
        check("anthropic reads error of " + model, right, error)
    error, right = raised(lambda: list(ask("error-in-stream", stream=True)), anthropic.APIError)
    check("anthropic reads an error inside a stream", right, error)
    check("anthropic lists the models", [m.id for m in client.models.list()] == ["model-a"])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, seconds=60):
    for _ in range(seconds * 10):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False


def foreign_server(python, agent):
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="dlfix-peers-") as folder:
        path = os.path.join(folder, "responses.yml")
        with open(path, "w") as file:
            file.write('responses:\n  "what is up": "the sky, caf\u00e9"\n'
                       'defaults:\n  unknown_response: "unknown"\n')
        code = ("import os, uvicorn; os.environ['MOCKLLM_RESPONSES_FILE'] = {!r}; "
                "uvicorn.run('mockllm.server:app', host='127.0.0.1', port={}, log_level='error')"
                ).format(path, port)
        server = subprocess.Popen([python, "-c", code], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            check("mockllm starts", wait_for(port))
            base = "http://127.0.0.1:{}".format(port)
            cases = [("compatible:gpt-4", base + "/v1"), ("openai:gpt-4", base + "/v1"),
                     ("anthropic:claude-3-sonnet-20240229", base)]
            for llm, url in cases:
                # Streamed, it may answer with its default; its stream for anthropic is not that vendor's (no event types): whole only.
                for stream in ([],) if llm.startswith("anthropic") else ([], ["--stream"]):
                    name = "our {} {}against mockllm".format(llm, "streamed " if stream else "")
                    run = subprocess.run(
                        [agent, "providers", "test", "--llm", llm, "--base-url", url, "--prompt",
                         "what is up", "--offline", "--json"] + stream,
                        stdout=subprocess.PIPE, text=True, timeout=120,
                        env=dict(os.environ, OPENAI_API_KEY="k", ANTHROPIC_API_KEY="k"))
                    result = json.loads(run.stdout)
                    answer = result["results"][0] if "results" in result else result
                    check(name, run.returncode == 0
                          and answer["text"].strip() in (
                              ["the sky, caf\u00e9"] + (["unknown"] if stream else [])), run.stdout)
        finally:
            server.terminate()
            server.wait(timeout=30)


def missing(python):
    names = []
    for name in ("openai", "anthropic", "mockllm", "uvicorn"):
        probe = subprocess.run([python, "-c", "import " + name], stderr=subprocess.DEVNULL)
        if probe.returncode != 0:
            names.append(name)
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agent", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--python", default=os.environ.get("DLFIX_PEERS_PYTHON", sys.executable))
    options = parser.parse_args()
    absent = missing(options.python)
    if absent:
        print("skipped: {} has no {} (pip install openai anthropic mockllm)".format(
            options.python, ", ".join(absent)))
        return 77
    if os.path.realpath(options.python) != os.path.realpath(sys.executable) \
            or os.path.dirname(options.python) != os.path.dirname(sys.executable):
        return subprocess.call([options.python, __file__, "--agent", options.agent, "--server",
                                options.server, "--python", options.python])
    server = subprocess.Popen([options.server], text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    url = "http://127.0.0.1:{}".format(server.stdout.readline().strip())
    try:
        openai_client(url)
        anthropic_client(url)
    finally:
        server.stdin.close()
        server.stdout.read()
        server.wait(timeout=30)
    foreign_server(options.python, options.agent)
    print("{} failed".format(len(FAILED)))
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
