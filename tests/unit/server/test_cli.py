#!/usr/bin/env python3
"""The program's command line as people meet it, and whether the manual and the example keep step
with its table of settings. Prints TAP.

    test_cli.py PROGRAM SOURCE_ROOT
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

program, root = sys.argv[1:3]
results = []


def run(*words, env=None, stdout=subprocess.PIPE):
    # A home of its own: what lies on this machine must not matter.
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": "/nowhere", **(env or {})}
        done = subprocess.run(
            [program, *words], stdout=stdout, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, env=environment, timeout=60)
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def check(name, test):
    try:
        test()
        results.append((True, name, ""))
    except Exception as error:  # a test that breaks has failed
        results.append((False, name, f"{type(error).__name__}: {error}"))


def expect(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r}, not {wanted!r}")


def source(path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def settings():
    """(name, help, range and default) of each row that `help settings` prints."""
    code, out, err = run("help", "settings")
    expect((code, err), (0, ""))
    rows = re.findall(r"^  ([a-z-]+)\n      (.+)\n      (.+; default .*)$(\n      needs a restart)?", out,
                      re.M)
    rows = [(name, about, rest + ("; needs a restart" if restart else ""))
            for name, about, rest, restart in rows]
    if len(rows) < 20:
        raise AssertionError(f"only {len(rows)} settings")
    return rows


def version():
    match = re.search(r"version: '([^']+)'", source("meson.build"))
    expect(run("--version"), (0, f"teahouse {match[1]}\n", ""))


def help_():
    code, out, err = run("--help")
    expect((code, err), (0, ""))
    expect(run("help"), (code, out, err))
    for command in ("serve", "ctl", "export", "import", "backup", "check-config", "help"):
        if not re.search(rf"^  {command} ", out, re.M):
            raise AssertionError(f"{command} is not in it")
        if command != "help":
            expect(run(command, "--help"), run("help", command))
        code, text, err = run("help", command)
        expect((code, err), (0, ""))
        expect(text.startswith(f"Usage: teahouse {command}"), True)


def doors():
    out = run("help", "serve")[1]
    for door, port in (("line-english", 5005), ("line-chinese", 6666), ("line-terse", 6668),
                       ("json", 12231), ("native", 7000), ("web", 5000)):
        if not re.search(rf"^  {door} +{port}$", out, re.M):
            raise AssertionError(f"{door} is not in it")
    expect("ctl" in re.findall(r"^  ([a-z-]+) +\d+$", out, re.M), False)
    expect(re.findall(r"^  ([a-z-]+) +only where", out, re.M), ["metrics"])


def mistakes():
    hint = 'Try "teahouse --help".\n'
    expect(run("serv"),
           (2, "", 'teahouse: there is no command "serv"; did you mean "serve"?\n' + hint))
    expect(run("serve", "--thread=2"),
           (2, "", 'teahouse: serve has no option "--thread"; did you mean "--threads"?\n' + hint))
    expect(run(), (2, "", "teahouse: say what to do, for example: teahouse serve\n" + hint))
    expect(run("serve", "--set", "flood=maybe"),
           (2, "", 'teahouse: --set: flood must be on or off, not "maybe"\n'))
    expect(run("ctl", "kick"),
           (2, "", "teahouse: something is missing; write: teahouse ctl kick NICK [REASON]\n"))


def check_config():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write('# one\nthreads = 2\nname = "茶馆"\n')
        expect(run("check-config", path), (0, f"{path}: no mistakes\n", ""))
        with open(path, "w", encoding="utf-8") as file:
            file.write("# one\nthreads = 0\n\nflod = on\n")
        expect(run("check-config", path),
               (1, "", f'{path}:2: threads must be a number from 1 to 64, not "0"\n'
                       f'{path}:4: there is no setting "flod"; did you mean "flood"?\n'))
        expect(run("serve", "--config", path)[0], 1)
        missing = os.path.join(folder, "none")
        expect(run("check-config", missing),
               (1, "", f"{missing}: cannot be read: No such file or directory\n"))


def example():
    path = os.path.join(root, "packaging/teahouse.conf")
    expect(run("check-config", path), (0, f"{path}: no mistakes\n", ""))
    text = source("packaging/teahouse.conf")
    prose = re.sub(r"\n# ", " ", text)
    for name, help_text, rest in settings():
        limits, default = rest.split("; default ", 1)
        if not re.search(rf"^# ?{name} = ", text, re.M):
            raise AssertionError(f"{name} is not in it")
        about = f"{help_text[0].upper()}{help_text[1:]}. {limits[0].upper()}{limits[1:]}."
        if about not in prose:
            raise AssertionError(f"it does not say of {name}: {about}")


def manual():
    text = source("man/teahouse.conf.5")
    items = re.split(r"^\.It ", text, flags=re.M)
    documented = {}
    for item in items:
        match = re.match(r"Ic ([a-z-]+) No = Ar ", item)
        if match:
            documented[match[1]] = item.replace("\n", " ")
    rows = settings()
    expect(sorted(documented), sorted(name for name, _, _ in rows))
    for name, help_text, rest in rows:
        about = f"{help_text[0].upper()}{help_text[1:]}."
        if about not in documented[name] or f".Pq {rest}" not in documented[name]:
            raise AssertionError(f"it does not say of {name}: {about} ({rest})")


def manual_commands():
    text = source("man/teahouse.8")
    out = run("help", "serve")[1]
    for option in re.findall(r"^  --([a-z-]+)", out, re.M):
        if option != "help" and f"Fl -{option}" not in text:
            raise AssertionError(f"--{option} is not in it")
    verbs = re.findall(r"^  ([a-z]+) ", run("help", "ctl")[1], re.M)
    expect(len(verbs) >= 7, True)
    for verb in verbs:
        if f".It Cm {verb}" not in text:
            raise AssertionError(f"ctl {verb} is not in it")


class Server:
    """A server on a folder, with the json door on a free port; what it said is in out and err."""

    def __init__(self, folder, *options):
        self.process = subprocess.Popen(
            [program, "serve", "--data", folder, "--listen", "json=127.0.0.1:0", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        self.lines = []
        while "ready\n" not in self.lines:
            line = self.process.stdout.readline().decode()
            if not line:
                raise AssertionError(f"it did not start: {self.process.communicate()[1]!r}")
            self.lines.append(line)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.lines.append(self.process.communicate(timeout=60)[0].decode())
        return False


def way_in():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, "--listen", "line-terse=0.0.0.0:0", "--listen",
                        "line-terse=127.0.0.1:0")
        with server:
            ports = dict(re.findall(r"^listening (\S+) 127\.0\.0\.1:(\d+)$",
                                    "".join(server.lines), re.M))
            first = re.search(r"^listening line-terse 0\.0\.0\.0:(\d+)$",
                              "".join(server.lines), re.M)[1]
            server.process.terminate()
            log = server.process.stderr.read().decode()
        ways = re.findall(r"(\S+): ((?:nc|telnet) .*)$", log, re.M)
        expect(ways, [("line-terse", f"nc 127.0.0.1 {first}"),
                      ("json", f"nc 127.0.0.1 {ports['json']}")])
        with Server(folder, "--log-level", "error") as quiet:
            quiet.process.terminate()
            expect(quiet.process.stderr.read(), b"")


def bans_without_history():
    """With durability = none, what operators did outlives the server."""
    with tempfile.TemporaryDirectory() as folder:
        none = ("--set", "durability=none", "--log-level", "error")
        with Server(folder, *none):
            expect(run("ctl", "--data", folder, "ban", "192.0.2.7", "noise")[0], 0)
            expect(run("ctl", "--data", folder, "ban", "192.0.2.8")[0], 0)
            expect(run("ctl", "--data", folder, "unban", "192.0.2.8")[0], 0)
        with Server(folder, *none):
            code, out, _ = run("ctl", "--data", folder, "bans")
        expect((code, "192.0.2.7" in out, "192.0.2.8" in out), (0, True, False))


def longest_lobby():
    with tempfile.TemporaryDirectory() as folder:
        with Server(folder, "--set", "room-characters=255", "--set", "lobby=" + "\u3316" * 255,
                    "--log-level", "error"):
            expect(run("ctl", "--data", folder, "stats")[0], 0)


def full_disk():
    with open("/dev/full", "wb") as full:
        code, _, err = run("--help", stdout=full)
    expect(code, 1)
    expect(err, "teahouse: the output could not be written: No space left on device\n")


def no_server():
    with tempfile.TemporaryDirectory() as folder:
        expect(run("ctl", "--data", folder, "who"),
               (1, "", f"teahouse: no server is running on the data folder {folder}\n"))


def ctl():
    with tempfile.TemporaryDirectory() as folder:
        server = socket.socket(socket.AF_UNIX)
        server.bind(os.path.join(folder, "ctl"))
        server.listen(1)
        got = []

        def answer(*lines):
            peer = server.accept()[0]
            with peer, peer.makefile("rwb") as stream:
                got.append(stream.readline().decode())
                stream.write("".join(lines).encode())

        for lines, wanted in ((("ann\n", "茶\n", "ok\n"), (0, "ann\n茶\n", "")),
                              (("error: Nobody is called ann.\n",),
                               (1, "", "teahouse: Nobody is called ann.\n"))):
            thread = threading.Thread(target=answer, args=lines)
            thread.start()
            expect(run("ctl", f"--data={folder}", "kick", "ann", "be", "nice"), wanted)
            thread.join()
        server.close()
        expect(got, ["kick ann be nice\n"] * 2)


def export_nothing():
    with tempfile.TemporaryDirectory() as folder:
        missing = os.path.join(folder, "none")
        code, out, err = run("export", "--data", missing)
        expect((code, out), (1, ""))
        expect(err.startswith("teahouse: ") and err.endswith("\n"), True)
        expect(os.path.exists(missing), False)


for title, test in (
        ("--version is the build's", version),
        ("--help and help agree and name every command", help_),
        ("help serve lists the doors", doors),
        ("a mistyped word gets the nearest known one, exit 2", mistakes),
        ("check-config tells file and line", check_config),
        ("the example has every setting", example),
        ("teahouse.conf.5 has every setting, its range and its default", manual),
        ("teahouse.8 has every option and every ctl command", manual_commands),
        ("serve says how to come in", way_in),
        ("bans outlive a server without a history", bans_without_history),
        ("the longest name of a lobby will do", longest_lobby),
        ("a full disk is an error", full_disk),
        ("ctl without a server", no_server),
        ("ctl prints the answer", ctl),
        ("export of a folder that is not there", export_nothing)):
    check(title, test)

print(f"1..{len(results)}")
for number, (good, title, why) in enumerate(results, 1):
    print(f"{'ok' if good else 'not ok'} {number} - {title}")
    if not good:
        print(f"# {json.dumps(why, ensure_ascii=False)}")
sys.exit(0 if all(good for good, _, _ in results) else 1)
