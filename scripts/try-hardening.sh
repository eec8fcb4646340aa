#!/bin/sh
# Runs the sample as a service with the hardening that docs/systemd.md names, as far as that can be had without systemd:
# its mounts by unshare, its user and capabilities by setpriv, its seccomp filters by systemd-peer.py. A request is
# answered, a reload goes through, and it stops. Then says what MemoryDenyWriteExecute=yes does to the JVM.
#
#   scripts/try-hardening.sh      as root, with python3-seccomp, systemd-analyze and curl
#
# JAVA names the java command, JAR the packaged sample, both outside of /home, /root and /tmp.
set -eu

. "$(dirname "$0")/lib.sh"
port=$(free_port 1)
python=/usr/bin/python3
if [ "$(id -u)" != 0 ] || ! "$python" -c 'import seccomp'; then
	echo "skipped: needs root and python3-seccomp" >&2
	exit 77
fi

cat > "$work/mounts" <<'MOUNTS'
set -eu
# PrivateDevices
mkdir "$work/dev"
mount -t tmpfs -o mode=755 tmpfs "$work/dev"
for device in null zero full random urandom tty; do
	touch "$work/dev/$device"
	mount --bind "/dev/$device" "$work/dev/$device"
done
mount --move "$work/dev" /dev
# RuntimeDirectory
mkdir -p /run/pm-hardening
mount -t tmpfs -o "mode=700,uid=$user,gid=$user" tmpfs /run/pm-hardening
# ProtectProc=invisible
mount -t proc -o hidepid=invisible proc /proc
# ProtectSystem=strict, ProtectHome, PrivateTmp
mount -o remount,bind,ro /
mount -t tmpfs -o ro tmpfs /home
mount -t tmpfs -o ro tmpfs /root
mount -t tmpfs -o mode=1777 tmpfs /tmp
cd /
exec setpriv --reuid="$user" --regid="$user" --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs \
	prlimit --core=0 "$@"
MOUNTS

export work user=65534 RUNTIME_DIRECTORY=/run/pm-hardening
peer="$root/scripts/systemd-peer.py"
unshare --mount --ipc sh "$work/mounts" "$python" "$peer" --confine --watchdog 60 --listen "web=127.0.0.1:$port" -- \
	"$java" -jar "$jar" --spring.profiles.active=master --pm.master.port=-1 "--pm.groups.web.listen=127.0.0.1:$port" \
	--pm.groups.web.children=1 --pm.groups.web.reload.observe=0s --pm.groups.jobs.children=0 --pm.groups.echo.children=0 \
	--pm.groups.echo.listen=0 > "$work/out" 2>&1 &
pid=$!
processes=$pid

# told <message> <times>
told() {
	waited=0
	until [ "$(grep -c "^notify .*$1" "$work/out")" -ge "$2" ]; do
		if ! kill -0 "$pid" 2>/dev/null || [ "$waited" -ge 300 ]; then
			echo "FAILED: not told $1 $2 times" >&2
			cat "$work/out" >&2
			exit 1
		fi
		sleep 1
		waited=$((waited + 1))
	done
}

told READY=1 1
[ "$(curl -s "http://127.0.0.1:$port/hello")" = /hello ]
kill -HUP "$pid"
told READY=1 2
grep -q "^notify .*RELOADING=1" "$work/out"
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
processes=
[ "$code" = 143 ] || { echo "FAILED: exit code $code" >&2; cat "$work/out" >&2; exit 1; }
echo "hardened: started, answered, reloaded and stopped"
"$python" "$peer" --mdwe -- "$java" -version > "$work/mdwe" 2>&1 && echo "MemoryDenyWriteExecute: starts" ||
	echo "MemoryDenyWriteExecute: does not start: $(sed -n 3p "$work/mdwe")"
