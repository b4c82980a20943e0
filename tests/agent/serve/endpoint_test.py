"""The local endpoint as its clients and its attackers use it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import unittest

from served import PROGRAMS, SOURCE, Served

BINARY = sys.argv.pop(1) if len(sys.argv) > 1 else ""


def codes(answer):
    return answer[0], json.loads(answer[2]).get("code") if answer[2] else None


class Endpoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(BINARY)

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()

    def raw(self, text, wait=5):
        """What the server answers to these very bytes."""
        with socket.create_connection((self.served.host, self.served.port), timeout=wait) as client:
            client.sendall(text if isinstance(text, bytes) else text.encode())
            received = b""
            try:
                while block := client.recv(65536):
                    received += block
                    if b"HTTP/1.1 100" not in received and b"\r\n\r\n" in received and received.endswith(b"}"):
                        break
            except TimeoutError:
                pass
            return received

    def head(self, **headers):
        fields = {"Host": "127.0.0.1:%d" % self.served.port, "Authorization": "Bearer " + self.served.token}
        fields.update(headers)
        return "".join("%s: %s\r\n" % field for field in fields.items() if field[1] is not None)

    # Programs

    def test_finds_faults_in_a_saved_program(self):
        status, answer = self.served.json("POST", "/v1/localise", {"path": "blobs_zeros.py"})
        self.assertEqual(status, 200)
        (diagnostic,) = answer["diagnostics"]
        self.assertEqual(diagnostic["code"], "WCI")
        self.assertEqual(diagnostic["range"]["start"], {"line": 23, "character": 33})
        (fix,) = answer["fixes"]
        (change,) = fix["edit"]["documentChanges"]
        self.assertEqual(change["edits"][0]["newText"], '"he_normal"')

    def test_the_posted_text_counts_and_positions_are_in_units_asked_for(self):
        text = (PROGRAMS / "cancer_softmax.py").read_text()
        marked = text.replace("    layers.Dense(1,", "    layers.Dense(name='𝛼é', units=1,")
        self.assertNotEqual(text, marked)
        found = {}
        for encoding in ("utf-16", "utf-8", "utf-32"):
            _, answer = self.served.json("POST", "/v1/localise", {
                "path": "cancer_softmax.py", "text": marked, "version": 7, "position_encoding": encoding})
            (fix,) = answer["fixes"]
            (change,) = fix["edit"]["documentChanges"]
            self.assertEqual(change["textDocument"]["version"], 7)
            found[encoding] = change["edits"][0]["range"]["start"]["character"]
        line = next(line for line in marked.split("\n") if "𝛼" in line)
        before = line[:line.index('"softmax"')]
        self.assertEqual(found, {"utf-32": len(before), "utf-8": len(before.encode()),
                                 "utf-16": len(before.encode("utf-16-le")) // 2})

    def test_answers_from_memory_are_the_same(self):
        body = {"path": "new.py", "text": (PROGRAMS / "rings_loss.py").read_text()}
        first = self.served.ask("POST", "/v1/localise", body)
        self.assertEqual(first[2], self.served.ask("POST", "/v1/localise", body)[2])
        shown = first[2].replace(b"dlfix-serve-", b"").replace(b"dlfix-agent rules", b"")
        self.assertNotIn(b"dlfix-", shown)   # no scratch folder shows

    def test_a_neighbour_that_changes_is_read_again(self):
        self.served.root.joinpath("sizes.py").write_text("UNITS = 5\n")
        text = ("from sizes import UNITS\nfrom tensorflow import keras\nm = keras.Sequential([keras.layers.Dense("
                "UNITS, input_shape=(3,))])\nm.compile(loss='mse')\nm.fit(x, y)\n")
        body = {"path": "uses.py", "text": text}
        units = lambda: self.served.json("POST", "/v1/inspect", body)[1]["program"]["models"][0]["layers"][0]["attributes"]["units"]
        self.assertEqual(units(), 5)
        self.served.root.joinpath("sizes.py").write_text("UNITS = 7\n")
        self.assertEqual(units(), 7)

    def test_says_why_a_program_cannot_be_read(self):
        status, answer = self.served.json("POST", "/v1/localise", {"text": "x = 1\nprint(", "path": "a.py"})
        self.assertEqual((status, answer["code"], answer["line"]), (422, "program_unreadable", 2))
        self.assertIn(answer["reason"], "syntax_error")

    def test_makes_the_prompt_that_would_be_sent(self):
        status, answer = self.served.json("POST", "/v1/prompt", {"path": "blobs_zeros.py", "task": "localise"})
        self.assertEqual(status, 200)
        self.assertIn("Dense(32", answer["prompt"])

    # What must not be

    def test_nothing_is_run_without_allow_run(self):
        canary = self.served.folder / "canary"
        program = "open(%r, 'w').write('run')\n" % str(canary) + (PROGRAMS / "blobs_zeros.py").read_text()
        for path, more in (("/v1/inspect", {}), ("/v1/localise", {}), ("/v1/prompt", {}), ("/v1/repair", {}),
                           ("/v1/localise", {"dynamic": True})):
            answer = self.served.ask("POST", path, dict(more, path="canary.py", text=program))
            if path == "/v1/repair" or more:
                self.assertEqual(codes(answer), (403, "run_not_allowed"))
        self.assertFalse(canary.exists())
        self.assertEqual(self.served.json("GET", "/v1/jobs")[1], {"jobs": []})

    def test_every_path_but_health_needs_the_token(self):
        document = json.loads(self.served.ask("GET", "/openapi.json")[2])
        for path, methods in document["paths"].items():
            for method in methods:
                place = path.replace("{id}", "0" * 24)
                for headers in ({}, {"Authorization": "Bearer " + "0" * 64}, {"Authorization": self.served.token},
                                {"Authorization": "Bearer " + self.served.token[:-1]}):
                    status = self.served.ask(method.upper(), place, headers=headers, token=False)[0]
                    self.assertEqual(status, 200 if path == "/health" else 401, (method, path, headers))

    def test_foreign_hosts_and_origins_are_refused(self):
        ours = "http://127.0.0.1:%d" % self.served.port
        for host in ("evil.example", "evil.example:%d" % self.served.port, "127.0.0.1", "127.0.0.1:1"):
            self.assertEqual(codes(self.served.ask("GET", "/health", headers={"Host": host})), (403, "foreign_host"))
        for origin in ("https://evil.example", "null", "http://127.0.0.1:1", ours + ".evil.example"):
            answer = self.served.ask("GET", "/v1/version", headers={"Origin": origin})
            self.assertEqual(codes(answer), (403, "foreign_origin"))
            self.assertNotIn("access-control-allow-origin", answer[1])
        self.assertEqual(self.served.ask("GET", "/v1/version", headers={"Origin": ours})[0], 200)
        cross = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        self.assertEqual(codes(self.served.ask("GET", "/v1/version", headers=cross)), (403, "foreign_origin"))

    def test_a_form_of_another_page_is_no_request(self):
        answer = self.served.ask("POST", "/v1/localise", "{}", {"Content-Type": "text/plain"})
        self.assertEqual(codes(answer), (415, "unsupported_media_type"))

    def test_only_files_below_the_root_are_read(self):
        os.symlink("/etc/hostname", self.served.root / "link.py")
        os.symlink("/etc", self.served.root / "etc")
        secret = self.served.folder / "secret.py"
        secret.write_text("x = 1\n")
        paths = ["../secret.py", str(secret), "/etc/passwd", "link.py", "etc/passwd", "a/../../secret.py",
                 "root/../../secret.py", "./../secret.py"]
        for body in [{"path": path} for path in paths] + [{"uri": "file://" + str(secret)},
                                                          {"uri": "file:///%65tc/passwd"}]:
            self.assertEqual(codes(self.served.ask("POST", "/v1/inspect", body)), (403, "outside_root"), body)
        for body in ({"path": "a\0b"}, {"path": ""}, {"uri": "http://x/y"}, {"path": "no.py"}, {"path": "."}):
            self.assertIn(self.served.ask("POST", "/v1/inspect", body)[0], (400, 403, 404, 422), body)

    def test_imports_do_not_lead_outside_the_root(self):
        outside = self.served.folder / "outside"
        outside.mkdir()
        outside.joinpath("inner.py").write_text("UNITS = 12345\n")
        os.symlink(outside / "inner.py", self.served.root / "inner.py")
        text = ("from inner import UNITS\nfrom tensorflow import keras\nm = keras.Sequential([keras.layers.Dense("
                "UNITS, input_shape=(3,))])\nm.compile(loss='mse')\nm.fit(x, y)\n")
        _, _, answer = self.served.ask("POST", "/v1/inspect", {"path": "uses_inner.py", "text": text})
        self.assertNotIn(b"12345", answer)

    def test_limits_of_bodies_and_heads(self):
        big = self.served.ask("POST", "/v1/localise", b'{"text": "' + b"x" * (2 << 20) + b'"}')
        self.assertEqual(codes(big), (413, "body_too_large"))
        self.assertEqual(codes(self.served.ask("GET", "/v1/version", headers={"X": "y" * 20000})),
                         (431, "headers_too_large"))
        many = {"X-%d" % number: "y" for number in range(100)}
        self.assertEqual(codes(self.served.ask("GET", "/v1/version", headers=many)), (431, "too_many_headers"))
        self.assertEqual(codes(self.served.ask("GET", "/" + "a" * 4000)), (414, "target_too_long"))

    def test_malformed_requests_are_refused(self):
        line = "GET /health HTTP/1.1\r\n"
        cases = {
            "no host": line + self.head(Host=None) + "\r\n",
            "two hosts": line + self.head() + "Host: evil\r\n\r\n",
            "folded": line + self.head() + "X: a\r\n b\r\n\r\n",
            "blank before colon": line + self.head() + "X : a\r\n\r\n",
            "two lengths": "POST /v1/inspect HTTP/1.1\r\n" + self.head() + "Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
            "negative length": "POST /v1/inspect HTTP/1.1\r\n" + self.head() + "Content-Length: -1\r\n\r\n",
            "chunks": "POST /v1/inspect HTTP/1.1\r\n" + self.head() + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "version": "GET /health HTTP/3.0\r\n" + self.head() + "\r\n",
            "absolute": "GET http://evil/health HTTP/1.1\r\n" + self.head() + "\r\n",
            "nonsense": "\x16\x03\x01\x02\r\n\r\n",
        }
        for name, text in cases.items():
            answer = self.raw(text)
            self.assertRegex(answer, rb"^HTTP/1\.1 (400|411|505) ", name)

    def test_bodies_that_are_no_request(self):
        cases = [(b"{", 400), (b"[]", 422), (b"\xff", 400), (b'{"text": 3}', 422), (b'{"tex": "x"}', 422),
                 (b"[" * 100000, 400), (b'{"version": 1e300, "text": ""}', 422), (b'{"path": null}', 422),
                 (b'{"text": "", "position_encoding": "utf-7"}', 422)]
        for body, status in cases:
            self.assertEqual(self.served.ask("POST", "/v1/inspect", body)[0], status, body[:40])

    def test_a_slow_client_is_dropped_and_holds_nobody_up(self):
        clients = [socket.create_connection((self.served.host, self.served.port)) for _ in range(20)]
        for client in clients:
            client.sendall(b"GET /health HTTP/1.1\r\nHost:")
        begun = time.monotonic()
        self.assertEqual(self.served.ask("GET", "/health")[0], 200)
        self.assertLess(time.monotonic() - begun, 2)
        clients[0].settimeout(20)
        self.assertIn(b"408", clients[0].recv(4096))
        for client in clients:
            client.close()

    def test_answers_carry_safe_headers_and_the_page_a_policy(self):
        for path in ("/health", "/v1/version", "/nosuch", "/"):
            _, headers, _ = self.served.ask("GET", path)
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["cache-control"], "no-store")
        status, headers, text = self.served.ask("GET", "/", token=False)
        self.assertEqual(status, 401)
        self.assertIn("default-src 'none'; script-src 'sha256-", headers["content-security-policy"])
        self.assertNotIn("unsafe", headers["content-security-policy"])
        self.assertNotIn(self.served.token.encode(), text)

    def test_the_description_names_the_routes_that_are_there(self):
        document = json.loads(self.served.ask("GET", "/openapi.json")[2])
        self.assertEqual(document["openapi"], "3.1.0")
        for path, methods in document["paths"].items():
            for method in ("get", "post", "delete", "put"):
                status, headers, _ = self.served.ask(method.upper(), path.replace("{id}", "0" * 24))
                if method not in methods:
                    self.assertEqual(status, 405, (method, path))
                    if method != "put":
                        self.assertEqual({m.strip().lower() for m in headers["allow"].split(",")}, set(methods))
                elif "{id}" in path:
                    self.assertEqual(status, 404, (method, path))
                else:
                    self.assertIn(status, (200, 422), (method, path))

    def test_the_examples_of_the_description_are_answered(self):
        document = json.loads(self.served.ask("GET", "/openapi.json")[2])
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                if "example" not in body:
                    continue
                status, answer = self.served.json(method.upper(), path, body["example"])
                if path == "/v1/repair":
                    self.assertEqual(answer["code"], "run_not_allowed")
                else:
                    self.assertEqual(status, 200, (path, answer))

    def test_the_techniques_are_those_that_a_job_takes(self):
        document = json.loads(self.served.ask("GET", "/openapi.json")[2])
        names = [one["name"] for one in self.served.json("GET", "/v1/techniques")[1]["repair"]]
        repair = document["paths"]["/v1/repair"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        while "$ref" in repair:
            repair = document["components"]["schemas"][repair["$ref"].rsplit("/", 1)[1]]
        self.assertEqual(names, repair["properties"]["technique"]["anyOf"][0]["enum"])
        for name in names:
            status, answer = self.served.json("POST", "/v1/repair", {"path": "blobs_zeros.py", "technique": name})
            self.assertEqual((status, answer["code"]), (403, "run_not_allowed"))
        status, answer = self.served.json("POST", "/v1/repair", {"path": "blobs_zeros.py", "technique": "magic"})
        self.assertEqual((status, answer["member"]), (422, "technique"))

    # One server

    def test_a_second_server_says_where_the_first_is(self):
        second = subprocess.run(self.served.command(), capture_output=True, text=True, env=self.served.environment)
        self.assertEqual(second.returncode, 3)
        self.assertIn(self.served.record["url"], second.stderr)

    def test_the_run_file_is_the_users_alone(self):
        self.assertEqual(self.served.run_file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.served.run_file.parent.stat().st_mode & 0o777, 0o700)
        self.assertEqual(self.served.record["root"], str(self.served.root.resolve()))

    def test_the_example_client_works(self):
        client = SOURCE / "agent" / "editors" / "client_example.py"
        shown = subprocess.run([sys.executable, str(client), str(self.served.root / "blobs_zeros.py")],
                               capture_output=True, text=True, env=self.served.environment)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("blobs_zeros.py:24:34: WCI", shown.stdout)


class Starting(unittest.TestCase):
    def test_refuses_what_would_be_unsafe(self):
        cases = [(["--host", "0.0.0.0"], 2, "is not this machine alone"),
                 (["--allow-llm", "openai:gpt-4o"], 2, "nothing says what models may cost"),
                 (["--root", "/nosuch"], 2, "is not a folder")]
        for options, code, words in cases:
            result = subprocess.run([BINARY, "serve", "--port", "0", *options], capture_output=True, text=True,
                                    env=dict(os.environ, DLFIX_HOME=str(SOURCE)))
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(words, result.stderr)

    def test_an_origin_that_is_allowed_may_ask(self):
        with Served(BINARY, "--allow-origin", "https://ide.example", files=()) as served:
            headers = {"Origin": "https://ide.example"}
            status, answered, _ = served.ask("GET", "/v1/version", headers=headers)
            self.assertEqual((status, answered["access-control-allow-origin"]), (200, "https://ide.example"))
            status, answered, _ = served.ask("OPTIONS", "/v1/localise", token=False, headers=dict(
                headers, **{"Access-Control-Request-Method": "POST"}))
            self.assertEqual(status, 204)
            self.assertIn("POST", answered["access-control-allow-methods"])

    def test_a_server_that_was_killed_leaves_the_root_free(self):
        with Served(BINARY, files=()) as served:
            served.kill()
            served.start()
            self.assertEqual(served.ask("GET", "/health")[0], 200)
            self.assertEqual(served.stop(), 0)
            self.assertFalse(served.run_file.exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
