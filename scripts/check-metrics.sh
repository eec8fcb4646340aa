#!/bin/sh
# The one page of metrics, as promtool, a Prometheus and the dashboard see it: lints the page of a master with two
# workers after a reload under load, has a Prometheus scrape it, and asks that for every query of docs/grafana.json.
# Needs prometheus and promtool (Debian: prometheus), python3 and curl.
#
#   scripts/check-metrics.sh
#
# JAVA names the java command, JAR the packaged sample.
set -eu

. "$(dirname "$0")/lib.sh"

port=$(free_port 1)
master=$(free_port 2)
prometheus=$(free_port 3)
"$java" -jar "$jar" --spring.profiles.active=master "--pm.master.run-directory=$work/run" "--pm.master.port=$master" \
	"--pm.groups.web.listen=$port" --pm.groups.web.children=2 --pm.groups.jobs.children=0 --pm.groups.echo.children=0 \
	--pm.groups.echo.listen=0 --pm.groups.web.reload.observe=1s \
	--management.endpoints.web.exposure.include=health,prometheus > "$work/out" 2>&1 &
pid=$!
processes="$processes $pid"
await_ready "$pid" "$master" 2

cat > "$work/prometheus.yml" <<END
scrape_configs:
  - job_name: pm
    scrape_interval: 1s
    static_configs:
      - targets: ["localhost:$master"]
    metrics_path: /actuator/prometheus
END
prometheus "--config.file=$work/prometheus.yml" "--storage.tsdb.path=$work/tsdb" \
	"--web.listen-address=localhost:$prometheus" > "$work/prometheus" 2>&1 &
processes="$processes $!"

"$java" -XX:+UseSerialGC -Xmx64m -cp "$root/pm-test-support/target/classes" io.pmboot.test.LatencyLoad \
	"$port" 4 "$work/stop" > "$work/load" &
load=$!
processes="$processes $load"
sleep 5
curl -sf -X POST -H 'Content-Type: application/json' -d '{"group":"web","wait":true}' \
	"http://localhost:$master/actuator/pm/reload" > /dev/null
sleep 10

curl -sf "http://localhost:$master/actuator/prometheus" > "$work/page"
# 3: what it would name otherwise. Names are Boot's own but for those of pm.
promtool check metrics < "$work/page" > "$work/lint" 2>&1 || [ $? -eq 3 ] || { cat "$work/lint" >&2; exit 1; }
if grep '^pm_' "$work/lint" >&2; then exit 1; fi
echo "promtool: $(wc -l < "$work/page") lines are read, $(wc -l < "$work/lint") names of Boot's are not as it would have them"
python3 - "$root/docs/grafana.json" "http://localhost:$prometheus" <<'END'
import json, sys, time, urllib.parse, urllib.request

dashboard, server = json.load(open(sys.argv[1])), sys.argv[2]

def query(text):
    for name, value in (("$__rate_interval", "10s"), ("$group", ".*")):
        text = text.replace(name, value)
    try:
        with urllib.request.urlopen(server + "/api/v1/query?" + urllib.parse.urlencode({"query": text})) as answer:
            return json.load(answer)["data"]["result"]
    except urllib.error.HTTPError as error:
        sys.exit("%s: %s" % (text, error.read().decode()))

health = query("up")
if not health or health[0]["value"][1] != "1":
    sys.exit("Prometheus cannot scrape the page: %s" % health)
empty = [t["expr"] for p in dashboard["panels"] for t in p["targets"] if not query(t["expr"])]
count = sum(len(p["targets"]) for p in dashboard["panels"])
if empty:
    sys.exit("Queries of the dashboard without a result: %s" % empty)
print("Prometheus: up; %d queries of the dashboard, each with a result" % count)
END
touch "$work/stop"
wait "$load"
stop "$pid"
