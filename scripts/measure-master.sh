#!/bin/sh
# Measures the sample's master beside the whole plain application (the same jar without the profile):
# start time, resident memory and threads. Prints every run, the medians, and master/plain.
#
#   scripts/measure-master.sh [runs]        default 5; the two are started in turn
#
# JAVA names the java command, JAR the packaged sample, IDLE the seconds between "started" and measuring.
set -eu

runs=${1:-5}
idle=${IDLE:-5}
limit=120
. "$(dirname "$0")/lib.sh"

# run <kind> <argument...>: appends "kind start-seconds rss-MiB pss-MiB threads" to the results.
run() {
	kind=$1
	shift
	: > "$work/out"
	"$java" -jar "$jar" "$@" > "$work/out" 2>&1 &
	pid=$!
	processes="$processes $pid"
	waited=0
	# Boot's own figure, from the start of the JVM.
	until started=$(sed -n 's/.*Started SampleApplication in .*(process running for \([0-9.]*\)).*/\1/p' "$work/out") &&
		[ -n "$started" ]; do
		if ! kill -0 "$pid" 2>/dev/null || [ "$waited" -ge "$limit" ]; then
			echo "the $kind did not start:" >&2
			cat "$work/out" >&2
			exit 1
		fi
		sleep 1
		waited=$((waited + 1))
	done
	sleep "$idle"
	pss=$(awk '/^Pss:/ { print $2 / 1024 }' "/proc/$pid/smaps_rollup")
	awk -v kind="$kind" -v started="$started" -v pss="$pss" '/^VmRSS:/ { rss = $2 / 1024 } /^Threads:/ { threads = $2 }
		END { printf "%s %.1f %.0f %.0f %d\n", kind, started, rss, pss, threads }' "/proc/$pid/status" |
		tee -a "$work/results" | awk '{ printf "%-8s start %5.1f s   RSS %4d MiB   PSS %4d MiB   threads %3d\n", $1, $2, $3, $4, $5 }'
	stop "$pid"
}

"$java" -version 2>&1 | head -n 1
i=0
while [ "$i" -lt "$runs" ]; do
	i=$((i + 1))
	# No children: the master alone is measured, and no worker competes with it while it starts.
	run master --spring.profiles.active=master --pm.master.run-directory="$work/run" \
		--pm.master.port="$(free_port "1$i")" --pm.groups.web.listen="$(free_port "2$i")" \
		--pm.groups.web.children=0 --pm.groups.jobs.children=0 --pm.groups.echo.listen=0 --pm.groups.echo.children=0
	run plain --server.port="$(free_port "3$i")"
done

for column in 2 3 4 5; do
	for kind in master plain; do
		awk -v kind="$kind" -v column="$column" '$1 == kind { print $column }' "$work/results" | sort -n |
			awk -v kind="$kind" -v column="$column" '{ value[NR] = $1 }
				END { print column, kind, (NR % 2) ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
	done
done | awk -v runs="$runs" 'BEGIN { name[2] = "start s"; name[3] = "RSS MiB"; name[4] = "PSS MiB"; name[5] = "threads" }
	{ median[$1, $2] = $3 }
	END {
		printf "\nmedians of %d\n%-8s %8s %8s %14s\n", runs, "", "master", "plain", "master/plain"
		for (i = 2; i <= 5; i++)
			printf "%-8s %8.1f %8.1f %14.2f\n", name[i], median[i, "master"], median[i, "plain"],
				median[i, "master"] / median[i, "plain"]
	}'
