#!/bin/sh
# What a scrape of the one page of metrics costs: how long it takes of a master with many workers, and the latency of
# short requests with a scrape each 15 s, as Prometheus does it, and without, in turn. Needs curl.
#
#   scripts/measure-scrape.sh [workers] [rounds]     default 20 and 3
#
# JAVA names the java command, JAR the packaged sample.
set -eu

workers=${1:-20}
rounds=${2:-3}
. "$(dirname "$0")/lib.sh"

port=$(free_port 1)
master=$(free_port 2)
page="http://localhost:$master/actuator/prometheus"
"$java" -jar "$jar" --spring.profiles.active=master "--pm.master.run-directory=$work/run" "--pm.master.port=$master" \
	"--pm.groups.web.listen=$port" "--pm.groups.web.children=$workers" --pm.groups.web.start-timeout=10m \
	"--pm.groups.web.jvm-options=-Xmx64m,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC" \
	--pm.groups.jobs.children=0 --pm.groups.echo.children=0 --pm.groups.echo.listen=0 \
	--management.endpoints.web.exposure.include=health,prometheus \
	--management.metrics.distribution.percentiles-histogram.http.server.requests=true > "$work/out" 2>&1 &
pid=$!
processes="$processes $pid"
await_ready "$pid" "$master" "$workers"

# load <file> <seconds>: latencies of short requests, in microseconds
load() {
	rm -f "$work/stop"
	"$java" -XX:+UseSerialGC -Xmx64m -cp "$root/pm-test-support/target/classes" io.pmboot.test.LatencyLoad \
		"$port" 4 "$work/stop" > "$1" &
	load=$!
	sleep "$2"
	touch "$work/stop"
	wait "$load"
}

load "$work/warm" 20
# Histograms of three paths make some 350 series of each worker. A connection for each request, so that all have some.
for path in messages whoami; do
	curl -s -H 'Connection: close' -o /dev/null "http://localhost:$port/$path?[1-600]"
done
i=0
while [ $i -lt 30 ]; do
	curl -sf "$page" > "$work/page"
	i=$((i + 1))
done
echo "$(grep -c 'group="web",index="3",generation="1"' "$work/page") series of each worker, $(grep -vc '^#' "$work/page") on the page of $workers workers, $(wc -c < "$work/page") bytes"
i=0
while [ $i -lt 30 ]; do
	curl -sf -o /dev/null -w '%{time_total}\n' "$page"
	i=$((i + 1))
done | sort -n | awk '{ t[NR] = $1 } END { printf "a scrape at rest: median %.0f ms, worst of %d %.0f ms\n", 1000 * t[int((NR + 1) / 2)], NR, 1000 * t[NR] }'

echo "p99 and worst without, p99 and worst with a scrape each 15 s (microseconds)"
i=0
while [ $i -lt "$rounds" ]; do
	load "$work/without" 30
	(
		while :; do
			curl -sf -o /dev/null -w '%{time_total}\n' "$page"
			sleep 15
		done >> "$work/scrapes"
	) &
	scrapes=$!
	load "$work/with" 30
	kill "$scrapes"
	# shellcheck disable=SC2046
	set -- $(cat "$work/without" "$work/with")
	echo "$2 $3 $5 $6" | tee -a "$work/results"
	i=$((i + 1))
done
awk '{ print $3 / $1 }' "$work/results" | sort -n | awk '{ r[NR] = $1 } END { printf "p99 with / without: median %.2f (%.2f to %.2f)\n", r[int((NR + 1) / 2)], r[1], r[NR] }'
sort -n "$work/scrapes" | awk '{ t[NR] = $1 } END { printf "a scrape under load: median %.0f ms, worst of %d %.0f ms\n", 1000 * t[int((NR + 1) / 2)], NR, 1000 * t[NR] }'
