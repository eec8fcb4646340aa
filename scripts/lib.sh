# shellcheck shell=sh disable=SC2034
# What the scripts here have in common, for ". lib.sh" behind "set -eu": java and jar as the environment names them
# (JAVA, JAR), a folder for the script's files (work), and the processes that end with the script (processes).

root=$(cd "$(dirname "$0")/.." && pwd)
java=${JAVA:-java}
# Not those of sources and Javadoc, which a release makes beside it.
jar=${JAR:-$(find "$root/pm-sample-app/target" -maxdepth 1 -name 'pm-sample-app-*.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' | head -n 1)}
[ -f "$jar" ] || { echo "the sample is not packaged: mvn -DskipTests -pl pm-sample-app -am package, or name it by JAR" >&2; exit 2; }
work=$(mktemp -d)
processes=

finish() {
	for pid in $processes; do
		kill -TERM "$pid" 2>/dev/null || continue
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# stop <pid>: ends a process that was started, and waits for it.
stop() {
	kill -TERM "$1"
	wait "$1" || true
	processes=$(for pid in $processes; do [ "$pid" = "$1" ] || echo "$pid"; done)
}

# free_port <number>: a port that nobody listens on, from below those that the kernel hands out; another for each number.
free_port() {
	# shellcheck disable=SC2046
	awk -v seed="$$$1" 'BEGIN { srand(seed) }
		FILENAME ~ /tcp/ { n = split($2, part, ":"); if ($4 == "0A") taken[part[n]] = 1 }
		END { do { port = 12000 + int(rand() * 18000) } while (sprintf("%04X", port) in taken); print port }' \
		/proc/net/tcp $(ls /proc/net/tcp6 2>/dev/null)
}

# ready <port of the master's Actuator>: the pids of the group's workers that are READY, one a line.
ready() {
	curl -s --max-time 5 "http://localhost:$1/actuator/pm/web" | tr -d ' \n' | tr '{' '\n' |
		awk '/"state":"READY"/ && match($0, /"pid":[0-9]+/) { print substr($0, RSTART + 6, RLENGTH - 6) }'
}

# await_ready <pid of the master> <port of its Actuator> <workers>: waits until so many are, or shows the master's output and ends.
await_ready() {
	waited=0
	until [ "$(ready "$2" | wc -l)" -eq "$3" ]; do
		if ! kill -0 "$1" 2>/dev/null || [ "$waited" -ge 180 ]; then
			echo "the group did not get ready:" >&2
			cat "$work/out" >&2
			exit 1
		fi
		sleep 1
		waited=$((waited + 1))
	done
}
