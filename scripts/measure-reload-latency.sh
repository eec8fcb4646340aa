#!/bin/sh
# Latency of short requests while a group of two workers is reloaded, against that of the same group at rest, with and
# without warm-up, in turn. Prints every round, and the medians of the ratios.
#
#   scripts/measure-reload-latency.sh [rounds]     default 3
#
# JAVA names the java command, JAR the packaged sample, CLIENTS how many clients there are (4).
set -eu

rounds=${1:-3}
clients=${CLIENTS:-4}
. "$(dirname "$0")/lib.sh"

# load <file>: in the background until $work/stop appears
load() {
	rm -f "$work/stop"
	"$java" -XX:+UseSerialGC -Xmx64m -cp "$root/pm-test-support/target/classes" io.pmboot.test.LatencyLoad \
		"$port" "$clients" "$work/stop" > "$1" &
	load=$!
}

unload() {
	touch "$work/stop"
	wait "$load"
}

# round <kind> <argument...>: appends "kind steady-p99 steady-worst reload-p99 reload-worst" to the results
round() {
	kind=$1
	shift
	port=$(free_port 1)
	master=$(free_port 2)
	"$java" -jar "$jar" --spring.profiles.active=master "--pm.master.run-directory=$work/run" "--pm.master.port=$master" \
		"--pm.groups.web.listen=$port" --pm.groups.web.children=2 --pm.groups.jobs.children=0 --pm.groups.echo.children=0 \
		--pm.groups.echo.listen=0 --pm.groups.web.reload.observe=1s "$@" > "$work/out" 2>&1 &
	pid=$!
	processes="$processes $pid"
	await_ready "$pid" "$master" 2
	# So that the workers that are at rest are warm, however they came to be.
	load "$work/warm"; sleep 15; unload
	load "$work/steady"; sleep 15; unload
	load "$work/reload"
	curl -sf -X POST -H 'Content-Type: application/json' -d '{"group":"web","wait":true}' "http://localhost:$master/actuator/pm/reload" > /dev/null
	sleep 5
	unload
	stop "$pid"
	# shellcheck disable=SC2046
	set -- $(cat "$work/steady" "$work/reload")
	echo "$kind $2 $3 $5 $6" | tee -a "$work/results"
}

echo "kind, p99 and worst at rest, p99 and worst in a reload (microseconds)"
i=0
while [ $i -lt "$rounds" ]; do
	round cold
	round warm-up --pm.groups.web.warm-up.paths=/load/warm-up --pm.groups.web.warm-up.requests=1000
	i=$((i + 1))
done
for kind in cold warm-up; do
	for column in p99 worst; do
		awk -v kind=$kind -v column=$column '$1 == kind { print (column == "p99") ? $4 / $2 : $5 / $3 }' "$work/results" | sort -n |
			awk -v kind=$kind -v column=$column '{ ratio[NR] = $1 } END { printf "%s: %s in a reload / at rest: %.1f\n", kind, column, ratio[int((NR + 1) / 2)] }'
	done
done
