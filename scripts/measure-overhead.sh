#!/bin/sh
# Requests per second of one worker, with metrics, relay, heartbeat and scrapes, against those of the plain
# application from the same jar, in turn. Needs wrk and curl.
#
#   scripts/measure-overhead.sh [rounds]     default 21
#
# JAVA names the java command, JAR the packaged sample.
set -eu

rounds=${1:-21}
. "$(dirname "$0")/lib.sh"

worker=$(free_port 1)
master=$(free_port 2)
plain=$(free_port 3)
"$java" -jar "$jar" --spring.profiles.active=master "--pm.master.run-directory=$work/run" "--pm.master.port=$master" \
	"--pm.groups.web.listen=$worker" --pm.groups.web.children=1 --pm.groups.jobs.children=0 --pm.groups.echo.children=0 \
	--pm.groups.echo.listen=0 --management.endpoints.web.exposure.include=health,prometheus > "$work/out" 2>&1 &
pid=$!
processes="$processes $pid"
"$java" -jar "$jar" "--server.port=$plain" --management.endpoints.web.exposure.include=health,prometheus \
	> "$work/plain" 2>&1 &
processes="$processes $!"
await_ready "$pid" "$master" 1
until curl -sf -o /dev/null "http://localhost:$plain/whoami"; do sleep 1; done

(
	while :; do
		curl -s -o /dev/null "http://localhost:$master/actuator/prometheus"
		curl -s -o /dev/null "http://localhost:$plain/actuator/prometheus"
		sleep 15
	done
) &
processes="$processes $!"

# rate <port> <seconds> [option ...]: requests per second
rate() {
	to=$1
	seconds=$2
	shift 2
	wrk -t2 -c32 "-d${seconds}s" "$@" "http://localhost:$to/load/x" | awk '/Non-2xx|Socket errors/ { print > "/dev/stderr" } /Requests\/sec/ { print $2 }'
}

for to in $worker $plain $worker $plain $worker $plain; do
	rate "$to" 12 -H 'Connection: close' > /dev/null
	rate "$to" 8 > /dev/null
done
echo "worker and plain, a connection for each request; worker and plain, keep-alive"
# pair <option ...>: the rates of worker and plain, of which the one is first in every other round
pair() {
	if [ $((i % 2)) -eq 0 ]; then
		first=$(rate "$worker" 3 "$@")
		echo "$first $(rate "$plain" 3 "$@")"
	else
		first=$(rate "$plain" 3 "$@")
		echo "$(rate "$worker" 3 "$@") $first"
	fi
}

i=0
while [ $i -lt "$rounds" ]; do
	closed=$(pair -H 'Connection: close')
	echo "$closed $(pair)" | tee -a "$work/results"
	i=$((i + 1))
done
for column in 1 3; do
	awk -v c=$column '{ print $c / $(c + 1) }' "$work/results" | sort -n |
		awk -v kind="$([ $column = 1 ] && echo 'closed' || echo 'keep-alive')" '{ r[NR] = $1 } END { printf "%s: worker / plain: median %.2f (%.2f to %.2f)\n", kind, r[int((NR + 1) / 2)], r[1], r[NR] }'
done
