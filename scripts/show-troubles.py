#!/usr/bin/env python3
"""What the master makes of each kind of trouble: provokes it in a real worker, and prints a table of what found it,
after how long, and what became of it. Needs the packaged sample, and root for the row of the full disk.

  scripts/show-troubles.py [trouble ...]     default: all

JAVA names the java command, JAR the packaged sample.
"""
import glob, json, os, shutil, signal, socket, subprocess, sys, tempfile, time, urllib.error, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JAVA = os.environ.get("JAVA", "java")
JAR = os.environ.get("JAR") or next(iter(j for j in glob.glob(ROOT + "/pm-sample-app/target/pm-sample-app-*.jar")
                                         if "sources" not in j and "javadoc" not in j), None)
PATIENCE = 120


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Master:

    def __init__(self, *properties, run=None, stdout=None):
        self.port, self.master = free_port(), free_port()
        self.work = tempfile.mkdtemp()
        self.log = self.work + "/log"
        self.process = subprocess.Popen(
            [JAVA, "-Xmx128m", "-jar", JAR, "--spring.profiles.active=master",
             "--pm.master.run-directory=" + (run or self.work + "/run"), "--pm.master.port=%d" % self.master,
             "--pm.groups.web.listen=%d" % self.port, "--pm.groups.web.children=2", "--pm.groups.jobs.children=0",
             "--pm.groups.echo.children=0", "--pm.groups.echo.listen=0", "--pm.groups.web.max-request-time=5s",
             "--pm.groups.web.reload.observe=1s", "--pm.groups.web.terminate-timeout=5s",
             "--pm.groups.web.arguments[0]=--server.tomcat.threads.max=8",
             "--pm.groups.web.jvm-options=-Xmx96m,-XX:MaxDirectMemorySize=32m,-XX:TieredStopAtLevel=1,"
             "-XX:+UnlockDiagnosticVMOptions,-XX:-UseCountedLoopSafepoints,-XX:-CreateCoredumpOnCrash", *properties],
            stdout=stdout or open(self.log, "wb"), stderr=subprocess.STDOUT)
        try:
            if self.wait(lambda: len(self.ready()) == 2) is None:
                raise SystemExit("Two workers did not get ready")
        except BaseException:
            self.close()
            raise

    def get(self, path, port=None, method="GET", body=None, timeout=5):
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (port or self.master, path), method=method,
                                         data=body, headers={"Content-Type": "application/json"} if body else {})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.read().decode()

    def status(self):
        return json.loads(self.get("/actuator/pm"))

    def ready(self):
        try:
            return [w["pid"] for w in self.status()["groups"]["web"]["workers"] if w["state"] == "READY"]
        except OSError:
            return []

    def history(self):
        return [e for e in json.loads(self.get("/actuator/pm/history"))["history"] if "MASTER" not in e["what"]]

    def output(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, errors="replace") as log:
            return log.read()

    def ask(self, path, method="POST"):
        try:
            return self.get(path, self.port, method, b"" if method == "POST" else None)
        except OSError:
            return None

    def wait(self, condition, patience=PATIENCE):
        start = time.monotonic()
        while time.monotonic() - start < patience:
            if self.process.poll() is not None:
                raise SystemExit("The master ended:\n" + self.output())
            if condition():
                return time.monotonic() - start
            time.sleep(0.1)
        return None

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.work, ignore_errors=True)


def by_history(provoke, *properties):
    """A trouble of one worker, which the history tells of."""
    master = Master(*properties)
    try:
        before = set(master.ready())
        start = time.monotonic()
        provoke(master, master.status()["groups"]["web"]["workers"][0]["pid"])
        if master.wait(lambda: master.history()) is None:
            return "nothing within %d s" % PATIENCE, None, "-"
        found = time.monotonic() - start
        first = master.history()[-1]
        again = master.wait(lambda: len(master.ready()) == 2 and len(set(master.ready()) - before) >= 1)
        why = first.get("reason") or first.get("kind")
        return ("%s: %s" % (first["what"], why.split("; 'Thread")[0][:160]), found,
                "replaced, all serve again after %.0f s" % (time.monotonic() - start) if again is not None else "not replaced")
    finally:
        master.close()


def by_output(provoke, line, remedy, *properties, **start):
    """A trouble that a line of the log tells of."""
    master = Master(*properties, **start)
    try:
        provoke(master, master.status()["groups"]["web"]["workers"][0]["pid"])
        found = master.wait(lambda: line in master.output())
        text = next((l for l in master.output().splitlines() if line in l), "")
        return "log: " + text[text.find(line):][:160] if found is not None else "nothing", found, remedy
    finally:
        master.close()


def endless(master, pid):
    for _ in range(40):
        c = socket.create_connection(("127.0.0.1", master.port))
        c.sendall(b"GET /slow?ms=600000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        master.__dict__.setdefault("connections", []).append(c)


def spin(master, pid):
    master.ask("/spin")
    # A dump has to stop all threads, as a collection of garbage has: once the loop is compiled, none of them does.
    for _ in range(5):
        time.sleep(2)
        for worker in master.ready():
            os.kill(worker, signal.SIGQUIT)


def leak(of):
    return lambda master, pid: master.ask("/leak?of=" + of)


def few_descriptors(master, pid):
    for worker in master.ready():
        used = len(os.listdir("/proc/%d/fd" % worker))
        subprocess.run(["prlimit", "--pid", str(worker), "--nofile=%d:" % (used + 20)], check=True)
    for _ in range(100):
        master.__dict__.setdefault("connections", []).append(socket.create_connection(("127.0.0.1", master.port)))


def full_disk():
    folder = tempfile.mkdtemp()
    size = os.path.getsize(JAR)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700,size=%d" % (size * 6), "tmpfs", folder],
                      capture_output=True).returncode:
        return "not tried: needs root, and mount", None, "-"
    master = None
    try:
        master = Master(run=folder)
        with open(folder + "/filler", "wb") as filler:
            try:
                while True:
                    filler.write(b"x" * (1 << 20))
                    filler.flush()
            except OSError:
                pass
        start = time.monotonic()
        try:
            answer = master.get("/actuator/pm/reload", method="POST", body=b'{"group":"web","wait":true}', timeout=120)
        except urllib.error.HTTPError as error:
            answer = error.read().decode()
        reload = json.loads(answer)["reloads"][0]
        return ("reload %s: %s" % (reload["outcome"], (reload["cause"] or "").replace(JAR, "app.jar").replace(folder, "/run/app")[:160]), time.monotonic() - start,
                "what runs serves on (%d workers READY)" % len(master.ready()))
    finally:
        if master:
            master.close()
        subprocess.run(["umount", folder])


def stalled_output():
    reader, writer = os.pipe()
    master = Master(stdout=writer)
    os.close(writer)
    start = time.monotonic()
    try:
        # What nobody reads fills the pipe: dumps of threads.
        while not master.status()["master"].get("outputBlockedSince"):
            if time.monotonic() - start > PATIENCE:
                return "nothing", None, "-"
            for pid in master.ready():
                os.kill(pid, signal.SIGQUIT)
            time.sleep(0.5)
        found = time.monotonic() - start
        ok = master.ask("/whoami", "GET") is not None
        return "status: outputBlockedSince", found, "requests are answered" if ok else "requests wait"
    finally:
        os.close(reader)
        master.close()


def kill(number):
    return lambda master, pid: os.kill(pid, number)


TROUBLES = {
    "stopped (SIGSTOP)": lambda: by_history(kill(signal.SIGSTOP)),
    "deadlock": lambda: by_history(lambda master, pid: master.ask("/deadlock")),
    "endless requests in all threads": lambda: by_history(endless),
    "busy loop without a safepoint": lambda: by_history(
        spin, "--pm.groups.web.jvm-options=-XX:TieredStopAtLevel=4", "--pm.groups.web.max-heartbeat-lost=5"),
    "leak of heap": lambda: by_history(leak("HEAP")),
    "leak of direct memory": lambda: by_output(
        leak("DIRECT_MEMORY"), "Cannot reserve", "the worker goes on: an OutOfMemoryError of the library, not of the JVM"),
    "leak of direct memory, with recycle.memory": lambda: by_history(
        leak("DIRECT_MEMORY"), "--pm.groups.web.jvm-options=-XX:MaxDirectMemorySize=400m",
        "--pm.groups.web.recycle.memory=450MB"),
    "leak of threads, with recycle.memory": lambda: by_history(
        leak("THREADS"), "--pm.groups.web.recycle.memory=300MB"),
    "System.exit(0)": lambda: by_history(lambda master, pid: master.ask("/exit?code=0")),
    "System.exit(1)": lambda: by_history(lambda master, pid: master.ask("/exit?code=1")),
    "halt": lambda: by_history(lambda master, pid: master.ask("/crash")),
    "SIGSEGV": lambda: by_history(kill(signal.SIGSEGV)),
    "SIGKILL (as of the kernel's OOM killer)": lambda: by_history(kill(signal.SIGKILL)),
    "descriptors used up": lambda: by_output(few_descriptors, "failed. It is tried again",
                                             "accepts again when connections end"),
    "disk full": full_disk,
    "stalled output": stalled_output,
}


def main():
    if not JAR:
        sys.exit("the sample is not packaged: mvn -DskipTests -pl pm-sample-app -am package, or name it by JAR")
    wanted = sys.argv[1:] or list(TROUBLES)
    print("| Trouble | found by | after | and then |\n|---|---|---|---|", flush=True)
    for name in wanted:
        what, after, then = TROUBLES[name]()
        print("| %s | %s | %s | %s |" % (name, what.replace("|", "/").replace("\n", " "),
                                         "%.1f s" % after if after is not None else "-", then), flush=True)


main()
