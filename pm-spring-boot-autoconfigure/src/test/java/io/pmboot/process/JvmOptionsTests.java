package io.pmboot.process;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class JvmOptionsTests {

	@ParameterizedTest
	@ValueSource(strings = { "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005",
			"-Xrunjdwp:transport=dt_socket,address=5005", "-agentpath:/jdk/lib/libjdwp.so=address=5005", "-Xdebug",
			"-Xrs", "-XX:+ReduceSignalUsage", "-Dcom.sun.management.jmxremote",
			"-Dcom.sun.management.jmxremote.port=9010", "-Dcom.sun.management.config.file=jmx.properties",
			"-Xlog:gc:gc.log", "-Xlog:gc*:file=gc.log:time:filecount=5", "-Xlog:all=warning:file=\"a:b.log\"",
			"-Xloggc:gc.log", "-XX:HeapDumpPath=/no/such/directory", "-XX:ErrorFile=/var/log/hs_err.log",
			"-XX:LogFile=jvm.log", "-XX:ReplayDataFile=replay.log", "-XX:StartFlightRecording",
			"-XX:StartFlightRecording:filename=r.jfr", "-XX:StartFlightRecording=filename=r.jfr",
			"-XX:FlightRecorderOptions=repository=/tmp/jfr", "-XX:ArchiveClassesAtExit=app.jsa", "-Xshare:dump",
			"-XX:+AutoCreateSharedArchive", "-XX:DumpLoadedClassList=app.lst", "-XX:AOTCacheOutput=app.aot",
			"-XX:AOTMode=record", "-XX:AOTConfiguration=app.aotconf", "-XX:TieredStopAtLevel=1",
			"-Dspring.profiles.active=master", "-Dspring.profiles.active[0]=master", "-Dspring.profiles.include=master",
			"-Dpm.master.port=0", "-Dpm.worker.control-socket=/run/x" })
	void dropsWhatWorkersCannotShare(String option) {
		assertThat(JvmOptions.forWorker(List.of("-Xmx1g", option, "-ea"))).containsExactly("-Xmx1g", "-ea");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-Xmx512m", "-XX:+UseSerialGC", "-javaagent:/opt/apm.jar=key=value", "-Dserver.port=8080",
			"-Dpmx=1", "-Dpm.groups.web.drain.spread=1s", "-Dpm.enabled=true", "-Dflag",
			"-Dspring.profiles.group.prod=a,b", "-Dspring.profiles.default=x", "-Xlog:gc", "-Xlog:gc*=info:stdout:time",
			"-Xlog:gc::time", "-Xlog:gc:stderr", "-Xlog:disable", "-Xlog:gc:file=gc-%p.log:time", "-Xloggc:gc-%p.log",
			"-XX:ErrorFile=/var/log/hs_err_%p.log", "-XX:TieredStopAtLevel=4", "-XX:SharedArchiveFile=app.jsa",
			"-XX:AOTCache=app.aot", "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-modules=java.sql",
			"-agentlib:other", "-XX:+HeapDumpOnOutOfMemoryError", "-Dspring.application.json={\"a\":1}" })
	void keepsEverythingElse(String option) {
		assertThat(JvmOptions.forWorker(List.of(option))).containsExactly(option);
	}

	@Test
	void keepsHeapDumpsIntoDirectory(@TempDir Path directory) {
		String option = "-XX:HeapDumpPath=" + directory;
		assertThat(JvmOptions.forWorker(List.of(option))).containsExactly(option);
	}

	@Test
	void takesMasterOutOfJson() {
		assertThat(JvmOptions.forWorker(List.of("-Dspring.application.json={\"spring.profiles.include\":\"master\"}")))
			.containsExactly("-Dspring.application.json={\"spring.profiles.include\":\"\"}");
	}

}
