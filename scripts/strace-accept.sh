#!/bin/sh
# Counts how often the workers of an idle group wake up for one connection: starts a group of 4, traces their
# accept calls, opens connections one after the other, and counts the accepts that failed.
#
#   scripts/strace-accept.sh [connections]        default 200
#
# JAVA names the java command, JAR the packaged sample. Needs strace and curl. Fails where an accept failed.
set -eu

connections=${1:-200}
java=${JAVA:-java}
root=$(cd "$(dirname "$0")/.." && pwd)
jar=${JAR:-$(ls "$root"/pm-sample-app/target/pm-sample-app-*.jar | head -n 1)}
children=4
limit=180

for tool in strace curl; do
	command -v "$tool" > /dev/null || { echo "$tool is missing" >&2; exit 2; }
done

work=$(mktemp -d)
master=
tracer=
finish() {
	if [ -n "$tracer" ]; then
		kill -INT "$tracer" 2>/dev/null || true
		wait "$tracer" 2>/dev/null || true
	fi
	if [ -n "$master" ]; then
		kill -TERM "$master" 2>/dev/null || true
		wait "$master" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

free_port() {
	awk -v seed="$$$1" 'BEGIN { srand(seed) }
		FILENAME ~ /tcp/ { n = split($2, part, ":"); if ($4 == "0A") taken[part[n]] = 1 }
		END { do { port = 12000 + int(rand() * 18000) } while (sprintf("%04X", port) in taken); print port }' \
		/proc/net/tcp $(ls /proc/net/tcp6 2>/dev/null)
}
web=$(free_port 1)
control=$(free_port 2)

"$java" -jar "$jar" --spring.profiles.active=master --pm.master.port="$control" --pm.master.run-directory="$work/run" \
	--pm.groups.web.listen="$web" --pm.groups.web.children="$children" --pm.groups.jobs.children=0 --pm.groups.echo.listen=0 --pm.groups.echo.children=0 > "$work/out" 2>&1 &
master=$!

# The pids of the workers that are READY, one a line.
ready() {
	curl -s --max-time 5 "http://localhost:$control/actuator/pm/web" | tr -d ' \n' | tr '{' '\n' |
		awk '/"state":"READY"/ && match($0, /"pid":[0-9]+/) { print substr($0, RSTART + 6, RLENGTH - 6) }'
}
waited=0
until [ "$(ready | wc -l)" -eq "$children" ]; do
	if ! kill -0 "$master" 2>/dev/null || [ "$waited" -ge "$limit" ]; then
		echo "the group did not get ready:" >&2
		cat "$work/out" >&2
		exit 1
	fi
	sleep 1
	waited=$((waited + 1))
done

set --
for pid in $(ready); do
	set -- "$@" -p "$pid"
done
strace -f -qq -e trace=accept,accept4 -e signal=none -o "$work/trace" "$@" &
tracer=$!
# Attached when the tracer is seen in the last worker.
until grep -q "^TracerPid:[[:space:]]*[1-9]" "/proc/$pid/status"; do
	sleep 1
done
sleep 1

i=0
while [ "$i" -lt "$connections" ]; do
	i=$((i + 1))
	curl -s -o /dev/null --max-time 10 -H 'Connection: close' "http://localhost:$web/$i"
done
sleep 1
kill -INT "$tracer"
wait "$tracer" 2>/dev/null || true
tracer=

# An accept that was begun and is still waiting when the trace ends has no result, and is no failure.
awk -v connections="$connections" -v children="$children" '
	/ = [0-9]+$/ { accepted++ }
	/ = -1 E/ { failed++ }
	END {
		printf "%d workers, %d connections: %d accepted, %d failed accepts\n", children, connections, accepted, failed
		if (failed > 0 || accepted < connections)
			exit 1
	}' "$work/trace" || { grep ' = -1 E' "$work/trace" | head -n 5; exit 1; }
