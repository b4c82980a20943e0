"""The endpoint with TLS: for hosts that others than this machine reach. Skipped without the openssl command."""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

from served import SOURCE, Served

BINARY = sys.argv.pop(1) if len(sys.argv) > 1 else ""


def make_certificate(folder, name, subject="DNS:ide.example,IP:127.0.0.1"):
    """(certificate, key) in PEM, signed by itself."""
    certificate, key = os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".key")
    more = ["-addext", "subjectAltName=" + subject] if subject else []
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=dlfix test", "-keyout", key, "-out", certificate] + more, check=True,
                   capture_output=True)
    return certificate, key


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="dlfix-tls-")
        cls.certificate, cls.key = make_certificate(cls.folder, "server")
        cls.served = Served(BINARY, "--tls-cert", cls.certificate, "--tls-key", cls.key)

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()
        shutil.rmtree(cls.folder)

    def refusal(self, *options):
        result = subprocess.run([BINARY, "serve", "--root", self.folder, "--port", "0", *options], capture_output=True,
                                text=True, stdin=subprocess.DEVNULL, env=dict(os.environ, DLFIX_HOME=str(SOURCE)))
        self.assertEqual(result.returncode, 2, result.stderr)
        return result.stderr

    def test_requests_and_streams_work(self):
        self.assertTrue(self.served.record["url"].startswith("https://127.0.0.1:"))
        self.assertEqual(self.served.ask("GET", "/health")[0], 200)
        status, answer = self.served.json("POST", "/v1/localise", {"path": "blobs_zeros.py"})
        self.assertEqual((status, answer["diagnostics"][0]["code"]), (200, "WCI"))
        big = self.served.ask("POST", "/v1/localise", b'{"text": "' + b"x" * (1 << 20) + b'"}')
        self.assertIn(big[0], (413, 422))

    def test_the_token_and_the_host_count_as_without(self):
        self.assertEqual(self.served.ask("GET", "/v1/version", token=False)[0], 401)
        self.assertEqual(self.served.ask("GET", "/health", headers={"Host": "evil.example:%d" % self.served.port})[0], 403)
        named = "ide.example:%d" % self.served.port
        self.assertEqual(self.served.ask("GET", "/health", headers={"Host": named})[0], 200)
        self.assertEqual(self.served.ask("GET", "/health", headers={"Origin": "https://" + named})[0], 200)
        self.assertEqual(self.served.ask("GET", "/health", headers={"Origin": "http://" + named})[0], 403)

    def test_many_requests_on_one_connection(self):
        connection = self.served.connect(30)
        for _ in range(50):
            connection.request("GET", "/health")
            self.assertEqual(connection.getresponse().read(), b'{"status":"ok"}')
        connection.close()

    def test_plain_http_and_old_protocols_get_nothing(self):
        with socket.create_connection((self.served.host, self.served.port), timeout=10) as client:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % self.served.port)
            self.assertNotIn(b"200", client.recv(4096))
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((OSError, http.client.HTTPException)):
            http.client.HTTPSConnection(self.served.host, self.served.port, timeout=10, context=old).request("GET", "/health")
        self.assertEqual(self.served.ask("GET", "/health")[0], 200)

    def test_a_handshake_that_never_comes_holds_nobody_up(self):
        clients = [socket.create_connection((self.served.host, self.served.port)) for _ in range(20)]
        self.assertEqual(self.served.ask("GET", "/health")[0], 200)
        clients[0].settimeout(15)
        self.assertEqual(clients[0].recv(10), b"")      # dropped after the time for a head
        for client in clients:
            client.close()

    def test_what_does_not_belong_together_is_refused(self):
        _, other = make_certificate(self.folder, "other")
        nameless, key = make_certificate(self.folder, "nameless", subject="")
        self.assertIn("belong together", self.refusal("--tls-cert", self.certificate))
        self.assertIn("not the certificate's key", self.refusal("--tls-cert", self.certificate, "--tls-key", other))
        self.assertIn("no certificate", self.refusal("--tls-cert", self.key, "--tls-key", self.key))
        self.assertIn("no name", self.refusal("--tls-cert", nameless, "--tls-key", key))

    def test_other_hosts_need_the_warning_read(self):
        both = ("--tls-cert", self.certificate, "--tls-key", self.key)
        self.assertIn("nothing encrypts", self.refusal("--host", "0.0.0.0"))
        self.assertIn("who has the token", self.refusal("--host", "0.0.0.0", *both))
        with Served(BINARY, "--host", "0.0.0.0", "--accept-exposure", *both, files=()) as served:
            self.assertTrue(served.record["url"].startswith("https://ide.example:"))
            served.host, served.tls.check_hostname = "127.0.0.1", False
            self.assertEqual(served.ask("GET", "/health")[0], 200)


if __name__ == "__main__":
    if shutil.which("openssl") is None:
        print("skipped: there is no openssl command to make certificates", file=sys.stderr)
        sys.exit(77)
    unittest.main(verbosity=2)
