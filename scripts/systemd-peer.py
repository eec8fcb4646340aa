#!/usr/bin/env python3
"""What systemd does for a service, in small: binds its sockets, starts it with these and with a socket for its
messages, prints what it is told, and starts it again, with the same sockets, where a signal has ended it.

  systemd-peer.py [--listen NAME=ADDRESS]... [--watchdog SECONDS] [--confine] [--mdwe] -- COMMAND...

An ADDRESS is a port, host:port, [v6]:port or the path of a unix socket. Each message is one line of output:

  notify <pid of the sender> <microseconds of CLOCK_MONOTONIC> <message, with | between its lines>

besides "started <pid>", "exited <code>" (negative for a signal) and "stopped <code>". TERM and HUP go to the service;
after TERM it is not started again. Ends with the service's exit code, 128 more than the signal that ended it.
With --confine the service has what the seccomp filters of systemd leave it, for SystemCallFilter=@system-service,
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6, RestrictNamespaces, RestrictRealtime and LockPersonality
(python3-seccomp is needed), with --mdwe MemoryDenyWriteExecute=yes (Linux 6.3).
"""

import argparse
import ctypes
import errno
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

FIRST = 3
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
WITHOUT = {"socket", "unshare", "setns", "clone3", "personality", "sched_setscheduler"}


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def bind(address):
    if address.startswith("/"):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(address)
        listener.listen(4096)
        return listener
    host, _, port = address.rpartition(":")
    if not host:
        return socket.create_server(("::", int(port)), family=socket.AF_INET6, dualstack_ipv6=True, backlog=4096)
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=4096)


def pass_on(listeners):
    """Moves the sockets to where the service looks for them. systemd leaves them blocking."""
    above = [os.dup(listener.fileno()) for listener in listeners]
    high = FIRST + len(above) + max(above, default=0)
    above = [os.dup2(fd, high + i, inheritable=False) for i, fd in enumerate(above)]
    for i, fd in enumerate(above):
        os.set_blocking(fd, True)
        os.dup2(fd, FIRST + i, inheritable=True)


def system_calls(name, seen):
    """The system calls of one of systemd's sets, as this machine's systemd has them."""
    seen.add(name)
    calls = set()
    listing = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines()[1:]:
        call = line.strip()
        if call.startswith("@"):
            calls |= system_calls(call, seen) if call not in seen else set()
        elif call and not call.startswith("#"):
            calls.add(call)
    return calls


def confine(filtered, mdwe):
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, deny_write_execute = 38, 65
    if libc.prctl(no_new_privileges, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")
    if mdwe and libc.prctl(deny_write_execute, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_MDWE)")
    if filtered is not None:
        import seccomp
        rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
        for family in FAMILIES:
            rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, int(family)))
        # As systemd has it for RestrictNamespaces: its flags are in memory, where no filter looks.
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
        for call in sorted(filtered - WITHOUT):
            try:
                rules.add_rule(seccomp.ALLOW, call)
            except (RuntimeError, ValueError, OSError):
                pass  # Of another architecture, or newer than libseccomp.
        rules.load()


class Service:

    def __init__(self, options):
        self.options = options
        self.pid = 0
        self.stopping = False
        self.folder = tempfile.TemporaryDirectory(prefix="systemd-peer")
        self.messages = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.messages.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.messages.bind(os.path.join(self.folder.name, "notify"))
        named = [listener.split("=", 1) for listener in options.listen]
        self.names = [name for name, _ in named]
        self.listeners = [bind(address) for _, address in named]
        self.filter = system_calls("@system-service", set()) if options.confine else None

    def start(self):
        self.pid = os.fork()
        if self.pid:
            say("started %d" % self.pid)
            return
        try:
            # It inherits what signals do to this process, and is to have them all.
            for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(name, signal.SIG_DFL)
            signal.set_wakeup_fd(-1)
            pid = str(os.getpid())
            environment = dict(os.environ, NOTIFY_SOCKET=self.messages.getsockname(), SYSTEMD_EXEC_PID=pid)
            if self.listeners:
                environment.update(LISTEN_PID=pid, LISTEN_FDS=str(len(self.listeners)), LISTEN_FDNAMES=":".join(self.names))
            if self.options.watchdog:
                environment.update(WATCHDOG_PID=pid, WATCHDOG_USEC=str(int(self.options.watchdog * 1e6)))
            os.dup2(1, 2)
            pass_on(self.listeners)
            confine(self.filter, self.options.mdwe)
            os.execvpe(self.options.command[0], self.options.command, environment)
        except BaseException as ex:
            say("cannot be started: %r" % ex)
        finally:
            os._exit(127)

    def told(self):
        message, ancillary, _, _ = self.messages.recvmsg(4096, 1000)
        parts = {kind: data for _, kind, data in ancillary}
        pid = struct.unpack("iII", parts[socket.SCM_CREDENTIALS])[0]
        # Whoever waits for BARRIER=1 waits until this is closed.
        for (descriptor,) in struct.iter_unpack("i", parts.get(socket.SCM_RIGHTS, b"")):
            os.close(descriptor)
        say("notify %d %d %s" % (pid, time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000,
                                 message.decode().strip().replace("\n", "|")))

    def ended(self):
        """Whether it has ended and is not to be started again."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        while select.select([self.messages], [], [], 0)[0]:
            self.told()
        code = os.waitstatus_to_exitcode(status)
        if code < 0 and not self.stopping:
            say("exited %d" % code)
            self.start()
            return None
        say("stopped %d" % code)
        return code if code >= 0 else 128 - code

    def run(self):
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        signal.signal(signal.SIGHUP, lambda *_: os.kill(self.pid, signal.SIGHUP))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.start()
        while True:
            readable = select.select([self.messages, woken], [], [])[0]
            if woken in readable:
                os.read(woken, 100)
            if self.messages in readable:
                self.told()
            code = self.ended()
            if code is not None:
                return code

    def stop(self):
        self.stopping = True
        os.kill(self.pid, signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--listen", action="append", default=[])
    parser.add_argument("--watchdog", type=float)
    parser.add_argument("--confine", action="store_true")
    parser.add_argument("--mdwe", action="store_true")
    parser.add_argument("command", nargs="+")
    sys.exit(Service(parser.parse_args()).run())


main()
