#!/bin/sh
# Latency of short requests while a group of two workers is reloaded, against that of the same group at rest, with and
# without warm-up, in turn. Prints every round, and the medians of the ratios.
#
#   scripts/measure-reload-latency.sh [rounds]     default 3
#
# JAVA names the java command, JAR the packaged sample, CLIENTS how many clients there are (4).
set -eu

rounds=${1:-3}
java=${JAVA:-java}
clients=${CLIENTS:-4}
root=$(cd "$(dirname "$0")/.." && pwd)
jar=${JAR:-$(ls "$root"/pm-sample-app/target/pm-sample-app-*.jar | head -n 1)}

work=$(mktemp -d)
pid=
finish() {
	if [ -n "$pid" ]; then
		kill -KILL "$pid" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# A port that nobody listens on, from below those that the kernel hands out.
free_port() {
	awk -v seed="$$$1" 'BEGIN { srand(seed) }
		FILENAME ~ /tcp/ { n = split($2, part, ":"); if ($4 == "0A") taken[part[n]] = 1 }
		END { do { port = 12000 + int(rand() * 18000) } while (sprintf("%04X", port) in taken); print port }' \
		/proc/net/tcp $(ls /proc/net/tcp6 2>/dev/null)
}

cat > "$work/Load.java" <<'JAVA'
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Clients that ask, each on a connection of its own, every 10 ms until a file appears: "count p99 worst" in microseconds. */
public class Load {

	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[0]);
		Path stop = Path.of(args[2]);
		ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < Integer.parseInt(args[1]); i++) {
			Thread thread = new Thread(() -> {
				while (!Files.exists(stop)) {
					long begin = System.nanoTime();
					ask(port);
					nanos.add(System.nanoTime() - begin);
					try {
						Thread.sleep(10);
					}
					catch (InterruptedException ex) {
						throw new IllegalStateException(ex);
					}
				}
			});
			thread.setUncaughtExceptionHandler((failed, ex) -> {
				ex.printStackTrace();
				System.exit(1);
			});
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join();
		}
		long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
		System.out.println(sorted.length + " " + sorted[(int) (sorted.length * 0.99)] / 1000 + " " + sorted[sorted.length - 1] / 1000);
	}

	private static void ask(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setTcpNoDelay(true);
			socket.getOutputStream().write("GET /whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes());
			InputStream in = new BufferedInputStream(socket.getInputStream());
			if (!new String(in.readAllBytes()).startsWith("HTTP/1.1 200")) {
				throw new IllegalStateException("not answered");
			}
		}
		catch (java.io.IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
JAVA
javac -d "$work" "$work/Load.java"

# load <file>: in the background until $work/stop appears
load() {
	rm -f "$work/stop"
	"$java" -XX:+UseSerialGC -Xmx64m -cp "$work" Load "$port" "$clients" "$work/stop" > "$1" &
	load=$!
}

unload() {
	touch "$work/stop"
	wait "$load"
}

status() {
	curl -sf "http://localhost:$master/actuator/pm/web" || true
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
	tries=0
	until [ "$(status | grep -o '"state":"READY"' | wc -l)" = 2 ]; do
		tries=$((tries + 1))
		if [ $tries -gt 300 ] || ! kill -0 "$pid" 2>/dev/null; then
			cat "$work/out" >&2
			exit 1
		fi
		sleep 0.5
	done
	# So that the workers that are at rest are warm, however they came to be.
	load "$work/warm"; sleep 15; unload
	load "$work/steady"; sleep 15; unload
	load "$work/reload"
	curl -sf -X POST -H 'Content-Type: application/json' -d '{"group":"web","wait":true}' "http://localhost:$master/actuator/pm/reload" > /dev/null
	sleep 5
	unload
	kill -TERM "$pid"
	wait "$pid" || true
	pid=
	set -- $(cat "$work/steady" "$work/reload")
	echo "$kind $2 $3 $5 $6" | tee -a "$work/results"
}

echo "kind, p99 and worst at rest, p99 and worst in a reload (microseconds)"
i=0
while [ $i -lt "$rounds" ]; do
	round cold
	round warm-up --pm.groups.web.warm-up.paths=/whoami --pm.groups.web.warm-up.requests=1000
	i=$((i + 1))
done
for kind in cold warm-up; do
	for column in p99 worst; do
		awk -v kind=$kind -v column=$column '$1 == kind { print (column == "p99") ? $4 / $2 : $5 / $3 }' "$work/results" | sort -n |
			awk -v kind=$kind -v column=$column '{ ratio[NR] = $1 } END { printf "%s: %s in a reload / at rest: %.1f\n", kind, column, ratio[int((NR + 1) / 2)] }'
	done
done
