#!/bin/sh
# Messages a second and round trips a second between two workers, beside Node's IPC and Redis' pub/sub where
# these are installed, all in turn. For instance: scripts/benchmark-messages.sh -Dbenchmark.rounds=3
set -eu
cd "$(dirname "$0")/.."
mvn -B -q -DskipTests -pl pm-benchmarks -am package dependency:build-classpath -Dmdep.outputFile="$PWD/pm-benchmarks/target/classpath" >&2
exec java --enable-native-access=ALL-UNNAMED "$@" -cp "pm-benchmarks/target/classes:$(cat pm-benchmarks/target/classpath)" io.pmboot.benchmark.MessageBenchmark \
	--spring.profiles.active=master --spring.main.banner-mode=off --logging.level.root=warn --pm.message.max-queued=50000 \
	--pm.groups.source.children=1 --pm.groups.sink.children=1
