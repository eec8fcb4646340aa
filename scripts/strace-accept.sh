#!/bin/sh
# Counts how often the workers of an idle group wake up for one connection: starts a group of 4, traces their
# accept calls, opens connections one after the other, and counts the accepts that failed.
#
#   scripts/strace-accept.sh [connections]        default 200
#
# JAVA names the java command, JAR the packaged sample. Needs strace and curl. Fails where an accept failed.
set -eu

connections=${1:-200}
children=4

for tool in strace curl; do
	command -v "$tool" > /dev/null || { echo "$tool is missing" >&2; exit 2; }
done

. "$(dirname "$0")/lib.sh"
web=$(free_port 1)
control=$(free_port 2)

"$java" -jar "$jar" --spring.profiles.active=master --pm.master.port="$control" --pm.master.run-directory="$work/run" \
	--pm.groups.web.listen="$web" --pm.groups.web.children="$children" --pm.groups.jobs.children=0 --pm.groups.echo.listen=0 --pm.groups.echo.children=0 > "$work/out" 2>&1 &
master=$!
processes=$master
await_ready "$master" "$control" "$children"

set --
for pid in $(ready "$control"); do
	set -- "$@" -p "$pid"
done
strace -f -qq -e trace=accept,accept4 -e signal=none -o "$work/trace" "$@" &
tracer=$!
processes="$tracer $processes"
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
stop "$tracer"

# An accept that was begun and is still waiting when the trace ends has no result, and is no failure.
awk -v connections="$connections" -v children="$children" '
	/ = [0-9]+$/ { accepted++ }
	/ = -1 E/ { failed++ }
	END {
		printf "%d workers, %d connections: %d accepted, %d failed accepts\n", children, connections, accepted, failed
		if (failed > 0 || accepted < connections)
			exit 1
	}' "$work/trace" || { grep ' = -1 E' "$work/trace" | head -n 5; exit 1; }
