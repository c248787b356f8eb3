"""`ringside serve`: one cell for any other client."""

import os
import re
import signal
import socket

from support import RingsideTest, eventually, line_of


class Serve(RingsideTest):
    def serve(self, backend, *flags):
        """Starts it on a free port; returns the process and where it listens."""
        flags = ["--backend", backend, "--listen", "127.0.0.1:0", *flags]
        process = self.sandbox.start("serve", "echo", *flags)
        line = line_of(process)
        match = re.fullmatch(rf"{backend} serves echo on 127\.0\.0\.1:(\d+); .*\n", line)
        self.assertTrue(match, line or process.stderr.read())
        return process, ("127.0.0.1", int(match[1]))

    def echo(self, address, message=b"over the ropes"):
        with socket.create_connection(address, timeout=30) as client:
            client.sendall(message)
            answer = b""
            while len(answer) < len(message) and (piece := client.recv(1 << 16)):
                answer += piece
        self.assertEqual(answer, message)

    def end(self, process, number):
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
        self.assertEqual((process.returncode, output, errors), (0, "", ""))

    def test_echoes_until_it_is_told_to_stop(self):
        for backend in ("blocking_threads", "callback", "epoll", "libevent"):
            for number in (signal.SIGTERM, signal.SIGINT):
                with self.subTest(backend=backend, signal=number.name):
                    process, address = self.serve(backend)
                    self.echo(address)
                    self.echo(address, os.urandom(1 << 20))
                    self.end(process, number)
                    with self.assertRaises(ConnectionRefusedError):
                        socket.create_connection(address, timeout=30)

    def test_says_where_it_serves_on_the_other_stream_when_the_first_is_lost(self):
        for lost in (">/dev/full", ">&-"):
            with self.subTest(lost):
                flags = ["--backend=epoll", "--listen=127.0.0.1:0"]
                prefix = ["sh", "-c", f'exec "$@" {lost}', "sh"]
                process = self.sandbox.start("serve", "echo", *flags, prefix=prefix)
                self.assertIn("cannot write to standard output", line_of(process, "stderr"))
                while "serves echo on" not in (line := line_of(process, "stderr")):
                    self.assertTrue(line, "it has ended")
                self.echo(("127.0.0.1", int(re.search(r":(\d+);", line)[1])))
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(timeout=30), 0)

    def test_stops_with_clients_connected(self):
        process, address = self.serve("epoll", "--threads", "2")
        clients = [socket.create_connection(address, timeout=30) for _ in range(10)]
        self.end(process, signal.SIGTERM)
        for client in clients:
            self.assertEqual(client.recv(1), b"")
            client.close()

    def test_threads_share_the_port(self):
        process, address = self.serve("epoll", "--threads", "3")
        for _ in range(20):
            self.echo(address)
        tasks = os.listdir(f"/proc/{process.pid}/task")
        self.assertGreaterEqual(len(tasks), 3)
        self.end(process, signal.SIGTERM)

    def refused(self, *arguments, says):
        done = self.run_ringside("serve", "echo", "--backend", "epoll", *arguments, status=1)
        self.assertEqual(done.stdout, "")
        for text in (*says, "mend: "):
            self.assertIn(text, done.stderr)

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = f"127.0.0.1:{other.getsockname()[1]}"
            self.refused("--listen", taken, says=[taken, "already in use", "another port"])

    def test_port_in_use_by_another_one_of_ours(self):
        # They must not share clients by accident.
        process, (host, port) = self.serve("callback")
        self.refused("--listen", f"{host}:{port}", says=["already in use", "another port"])
        self.refused("--listen", f"{host}:{port}", "--threads", "2", says=["already in use"])
        self.end(process, signal.SIGTERM)

    def test_port_is_free_again_at_once(self):
        process, (host, port) = self.serve("epoll")
        client = socket.create_connection((host, port), timeout=30)
        self.end(process, signal.SIGTERM)  # it closes first, and its side waits in TIME_WAIT
        client.close()
        again = self.sandbox.start(
            *["serve", "echo", "--backend", "epoll", "--listen", f"{host}:{port}"]
        )
        self.assertIn(str(port), line_of(again))
        self.end(again, signal.SIGTERM)

    def test_bad_addresses(self):
        self.refused("--listen", "127.0.0.1", says=["port is missing", "HOST:PORT"])
        self.refused("--listen", "127.0.0.1:99999", says=["99999", "65535"])
        self.refused("--listen", "127.0.0.1:", says=["not a port"])
        self.refused("--listen", "nowhere.invalid:7000", says=["nowhere.invalid"])
        self.refused("--listen", "192.0.2.1:7000", says=["192.0.2.1:7000", "of this machine"])

    def test_says_when_other_machines_can_reach_it(self):
        flags = ["--backend", "epoll", "--listen", "0.0.0.0:0"]
        process = self.sandbox.start("serve", "echo", *flags)
        self.assertIn("reachable from other machines", line_of(process))
        self.end(process, signal.SIGTERM)

    def test_a_client_that_resets_does_no_harm(self):
        process, address = self.serve("epoll")
        client = socket.create_connection(address, timeout=30)
        client.sendall(b"x" * 100_000)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        self.echo(address)
        self.end(process, signal.SIGTERM)
        self.assertTrue(eventually(lambda: not self.sandbox.processes()))
