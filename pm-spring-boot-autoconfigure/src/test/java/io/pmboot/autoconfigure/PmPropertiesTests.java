package io.pmboot.autoconfigure;

import java.io.File;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import io.pmboot.env.OwnApplication;
import io.pmboot.master.GroupSettings;
import io.pmboot.settings.GroupProperties;
import io.pmboot.settings.GroupProperties.Recycle;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Increase;
import io.pmboot.settings.MessageSettings;
import io.pmboot.settings.Surge;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SocketAccess;
import io.pmboot.socket.SocketMode;
import io.pmboot.socket.SocketOwner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PmProperties}, {@link PmPropertiesRules} and {@link UnreadableValues}.
 */
class PmPropertiesTests {

	@TempDir
	private Path temporary;

	@Test
	void theEndOfLongConnectionsIsSpreadOverHalfOfTheDrainAtMost() {
		bind("pm.groups.web.listen=0", (properties) -> assertThat(properties.groups().get("web").drainSpread())
			.isEqualTo(Duration.ofSeconds(5)));
		bind("pm.groups.web.reload.drain-timeout=4s",
				(properties) -> assertThat(properties.groups().get("web").drainSpread())
					.isEqualTo(Duration.ofSeconds(2)));
		bind("pm.groups.web.drain.spread=0",
				(properties) -> assertThat(properties.groups().get("web").drainSpread()).isZero());
	}

	@Test
	void oneListenAddressIsEnough() {
		bind("pm.groups.web.listen=8080", (properties) -> {
			GroupSettings group = properties.groupSettings().get(0);
			assertThat(group.name()).isEqualTo("web");
			assertThat(group.properties().listen()).containsExactly(new ListenAddress(null, 8080));
			assertThat(group.properties().children().count()).isEqualTo(2);
			assertThat(group.program().profiles()).isEmpty();
			assertThat(group.program().jvmOptions()).isEmpty();
			assertThat(group.program().arguments()).isEmpty();
			assertThat(group.program().environment()).isEmpty();
			assertThat(group.properties().maxFatalRestart()).isEqualTo(5);
			assertThat(group.properties().pauseAfterFatal()).isEqualTo(Duration.ofSeconds(60));
			assertThat(group.properties().startTimeout()).isEqualTo(Duration.ofSeconds(120));
			assertThat(group.properties().terminateTimeout()).isEqualTo(Duration.ofSeconds(30));
			assertThat(group.properties().reload()).isEqualTo(new Reload(new Surge(1, false), Duration.ofSeconds(10),
					Duration.ofSeconds(75), Duration.ZERO, false, Order.START_FIRST, 2, null, new Increase(10),
					Increase.of("off"), null, Duration.ofHours(24)));
			assertThat(group.properties().unixSocket())
				.isEqualTo(new SocketAccess(SocketMode.of("rw-rw----"), SocketOwner.of("")));
			assertThat(group.properties().serialStart()).isFalse();
			assertThat(group.heartbeatInterval()).isEqualTo(Duration.ofSeconds(2));
			assertThat(group.properties().maxHeartbeatLost()).isEqualTo(15);
			assertThat(group.properties().maxGcPercent()).isEqualTo(90);
			assertThat(group.properties().maxRequestTime()).isZero();
			assertThat(group.properties().warmUp())
				.isEqualTo(new GroupProperties.WarmUp(List.of(), 100, null, 2, Map.of()));
			assertThat(properties.master().pidFile()).isNull();
			assertThat(properties.master().statusFile()).isNull();
			assertThat(properties.master().statusInterval()).isEqualTo(Duration.ofSeconds(1));
			assertThat(properties.message()).isEqualTo(new MessageSettings(DataSize.ofMegabytes(1), 10_000));
			assertThat(properties.master().output().whenBlocked()).isEqualTo(PmProperties.WhenBlocked.WAIT);
			assertThat(properties.master().port()).isEqualTo(8079);
			assertThat(properties.master().address()).isNull();
			assertThat(properties.master().actuatorAddress()).isEqualTo(InetAddress.getLoopbackAddress());
			assertThat(properties.master().allowRemote()).isFalse();
			assertThat(properties.master().allowedUsers()).isEmpty();
		});
	}

	@Test
	void everyPropertyReachesTheSettings() {
		String[] configured = { "pm.groups.Web.listen=8080, 127.0.0.1:8081,[::1]:8082, unix:/run/web.sock",
				"pm.groups.Web.children=0", "pm.groups.Web.profiles=eu,fast", "pm.groups.Web.jvm-options[0]=-Xmx512m",
				"pm.groups.Web.jvm-options[1]=-Xlog:gc,safepoint", "pm.groups.Web.arguments=--a=b c",
				"pm.groups.Web.environment.JAVA_OPTS=x", "pm.groups.Web.max-fatal-restart=1",
				"pm.groups.Web.pause-after-fatal=1ms", "pm.groups.Web.start-timeout=2m",
				"pm.groups.Web.max-heartbeat-lost=0", "pm.groups.Web.max-gc-percent=0",
				"pm.worker.heartbeat-interval=200ms", "pm.master.status-interval=1m",
				"pm.master.pid-file=" + this.temporary.resolve("a/app.pid"), "pm.master.status-file=status",
				"pm.groups.Web.terminate-timeout=0", "pm.groups.Web.max-request-time=0",
				"pm.groups.Web.reload.max-surge=25%", "pm.groups.Web.reload.max-draining=3",
				"pm.groups.Web.reload.observe=1s", "pm.groups.Web.reload.drain-timeout=5s",
				"pm.groups.Web.reload.pause=2s", "pm.groups.Web.reload.wait-for-drain=true",
				"pm.groups.Web.reload.max-error-increase=off", "pm.groups.Web.reload.max-latency-increase=50%",
				"pm.groups.Web.reload.canary=10%", "pm.groups.Web.reload.hold-timeout=0",
				"pm.groups.Web.reload.order=stop-first", "pm.groups.Web.unix-socket.mode=0600",
				"pm.groups.Web.unix-socket.owner=0:0", "pm.groups.Web.serial-start=true",
				"pm.groups.Web.recycle.requests=5000", "pm.groups.Web.recycle.age=1d",
				"pm.groups.Web.recycle.memory=600MB", "pm.groups.Web.may-reload=My_Jobs, web",
				"pm.groups.my_jobs.children=auto", "pm.enabled=true", "pm.master.port=0", "pm.master.address=127.0.0.2",
				"pm.master.actuator-address=127.0.0.3", "pm.master.allow-remote=true",
				"pm.master.allowed-users=root,0,*", "pm.message.max-payload=1KB", "pm.message.max-queued=7",
				"pm.master.auto-configuration.include=org.example", "pm.master.output.when-blocked=drop" };
		runner().withPropertyValues(configured).run((context) -> {
			assertThat(context).hasNotFailed();
			PmProperties properties = context.getBean(PmProperties.class);
			List<GroupSettings> groups = properties.groupSettings();
			assertThat(groups).extracting(GroupSettings::name).containsExactlyInAnyOrder("web", "my_jobs");
			GroupSettings web = named("web", groups);
			assertThat(web.properties().listen()).containsExactly(new ListenAddress(null, 8080),
					new ListenAddress("127.0.0.1", 8081), new ListenAddress("::1", 8082),
					new ListenAddress(null, 0, Path.of("/run/web.sock")));
			assertThat(properties.master().output().whenBlocked()).isEqualTo(PmProperties.WhenBlocked.DROP);
			assertThat(web.properties().children().count()).isZero();
			assertThat(web.program().profiles()).containsExactly("eu", "fast");
			assertThat(web.program().jvmOptions()).containsExactly("-Xmx512m", "-Xlog:gc,safepoint");
			assertThat(web.program().arguments()).containsExactly("--a=b c");
			assertThat(web.program().environment()).isEqualTo(Map.of("JAVA_OPTS", "x"));
			assertThat(web.properties().maxFatalRestart()).isEqualTo(1);
			assertThat(web.properties().pauseAfterFatal()).isEqualTo(Duration.ofMillis(1));
			assertThat(web.properties().startTimeout()).isEqualTo(Duration.ofMinutes(2));
			assertThat(web.properties().terminateTimeout()).isZero();
			assertThat(web.properties().reload()).isEqualTo(new Reload(new Surge(25, true), Duration.ofSeconds(1),
					Duration.ofSeconds(5), Duration.ofSeconds(2), true, Order.STOP_FIRST, 3, null, Increase.of("off"),
					new Increase(50), new Surge(10, true), Duration.ZERO));
			assertThat(web.properties().unixSocket().mode().permissions())
				.containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
			assertThat(web.properties().unixSocket().owner()).isEqualTo(new SocketOwner("0", "0"));
			assertThat(web.properties().serialStart()).isTrue();
			assertThat(web.properties().recycle())
				.isEqualTo(new Recycle(5000, Duration.ofDays(1), DataSize.ofMegabytes(600)));
			assertThat(web.properties().mayReload()).containsExactly("my_jobs", "web");
			assertThat(named("my_jobs", groups).properties().recycle())
				.isEqualTo(new Recycle(0, Duration.ZERO, DataSize.ofBytes(0)));
			assertThat(named("my_jobs", groups).properties().mayReload()).isEmpty();
			assertThat(web.heartbeatInterval()).isEqualTo(Duration.ofMillis(200));
			assertThat(web.properties().maxHeartbeatLost()).isZero();
			assertThat(web.properties().maxGcPercent()).isZero();
			assertThat(properties.master().pidFile()).isEqualTo(this.temporary.resolve("a/app.pid").toFile())
				.content()
				.isEqualTo(ProcessHandle.current().pid() + "\n");
			assertThat(properties.master().statusFile()).isEqualTo(new File("status"));
			assertThat(properties.master().statusInterval()).isEqualTo(Duration.ofMinutes(1));
			assertThat(named("my_jobs", groups).properties().children().count())
				.isEqualTo(Runtime.getRuntime().availableProcessors());
			assertThat(properties.message()).isEqualTo(new MessageSettings(DataSize.ofBytes(1024), 7));
			assertThat(properties.master().port()).isZero();
			assertThat(properties.master().address()).hasToString("/127.0.0.2");
			assertThat(properties.master().actuatorAddress()).hasToString("/127.0.0.3");
			assertThat(properties.master().allowRemote()).isTrue();
			assertThat(properties.master().allowedUsers()).containsExactly("root", "0", "*");
			assertThat(properties.master().autoConfiguration().include()).containsExactly("org.example");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"pm.groups.web.listen=x | pm.groups.web.listen | x | the port is a number from 0 to 65535",
			"pm.groups.web.listen=8080,65536 | pm.groups.web.listen | 65536 | the port is a number from 0 to 65535",
			"pm.groups.web.listen=unix:web.sock | pm.groups.web.listen | unix:web.sock | expected the absolute path",
			"pm.groups.web.unix-socket.mode=432 | pm.groups.web.unix-socket.mode | 432 | four octal digits",
			"pm.groups.web.unix-socket.mode=1660 | pm.groups.web.unix-socket.mode | 1660 | four octal digits",
			"pm.groups.web.unix-socket.mode=rw-rw-rws | pm.groups.web.unix-socket.mode | rw-rw-rws | 'rw-rw----'",
			"pm.groups.web.unix-socket.owner=a:b:c | pm.groups.web.unix-socket.owner | a:b:c | must be 'user'",
			"pm.groups.web.unix-socket.owner=wbe | pm.groups.web.unix-socket.owner | wbe | there is no user 'wbe'",
			"pm.groups.web.unix-socket.owner=:wbe | pm.groups.web.unix-socket.owner | :wbe | there is no group 'wbe'",
			"pm.groups.web.children=-1 | pm.groups.web.children | -1 | must be 'auto' or a number",
			"pm.groups.web.children=1001 | pm.groups.web.children | 1001 | must be 'auto' or a number from 0 to 1000",
			"pm.groups.web.serial-start=perhaps | pm.groups.web.serial-start | perhaps | boolean",
			"pm.groups.web.children=many | pm.groups.web.children | many | must be 'auto' or a number",
			"pm.groups.web.profiles=a,master | pm.groups.web.profiles | master | cannot have the profile 'master'",
			"pm.groups.web.environment.PM_WORKER_INDEX=1 | pm.groups.web.environment | PM_WORKER | are the master's to set",
			"pm.groups.web.main-class=com.example.Nope | pm.groups.web.main-class | com.example.Nope | no such class",
			"pm.groups.web.main-class= | pm.groups.web.main-class | Value | no such class",
			"pm.groups.web.application=/no/such.jar | pm.groups.web.application | /no/such.jar | there is no file /no/such.jar",
			"pm.groups.web.application=src | pm.groups.web.application | src | is not a file",
			"pm.groups.web.application=pom.xml | pm.groups.web.application | pom.xml | is not a jar",
			"pm.groups.web.warm-up.paths=products | pm.groups.web.warm-up.paths | products | must begin with '/'",
			"pm.groups.web.warm-up.paths=/ | pm.groups.web.warm-up.paths | / | a group without 'listen' serves no requests",
			"pm.groups.web.warm-up.requests=0 | pm.groups.web.warm-up.requests | 0 | must be at least 1",
			"pm.groups.web.warm-up.duration=0s | pm.groups.web.warm-up.duration | PT0S | must be longer than 0",
			"pm.groups.web.warm-up.duration=2m | pm.groups.web.warm-up.duration | PT2M | shorter than the group's start-timeout",
			"pm.groups.web.warm-up.concurrency=101 | pm.groups.web.warm-up.concurrency | 101 | must be from 1 to 100",
			"pm.groups.web.warm-up.headers[a b]=c | pm.groups.web.warm-up.headers | a b | is no header that HTTP allows",
			"pm.groups.web.max-fatal-restart=0 | pm.groups.web.max-fatal-restart | 0 | must be at least 1",
			"pm.groups.web.pause-after-fatal=0s | pm.groups.web.pause-after-fatal | PT0S | must be longer than 0",
			"pm.groups.web.start-timeout=-1s | pm.groups.web.start-timeout | PT-1S | must be longer than 0",
			"pm.groups.web.max-request-time=-1s | pm.groups.web.max-request-time | PT-1S | must not be negative",
			"pm.groups.web.terminate-timeout=-1s | pm.groups.web.terminate-timeout | PT-1S | must not be negative",
			"pm.groups.web.reload.drain-timeout=-1s | pm.groups.web.reload.drain-timeout | PT-1S | must not be negative",
			"pm.groups.web.drain.spread=-1s | pm.groups.web.drain.spread | PT-1S | must not be negative",
			"pm.groups.web.recycle.requests=-1 | pm.groups.web.recycle.requests | -1 | must not be negative",
			"pm.groups.web.recycle.age=59s | pm.groups.web.recycle.age | PT59S | must be at least 1 minute",
			"pm.groups.web.recycle.memory=-1MB | pm.groups.web.recycle.memory | -1 | must not be negative",
			"pm.groups.web.may-reload=web,jbos | pm.groups.web.may-reload | jbos | there is no such group; there are: ok, web",
			"pm.groups.web.reload.max-draining=0 | pm.groups.web.reload.max-draining | 0 | must be at least 1",
			"pm.groups.web.reload.max-surge=0 | pm.groups.web.reload.max-surge | 0 | from 1% to 100%",
			"pm.groups.web.reload.max-surge=101% | pm.groups.web.reload.max-surge | 101% | must be a number from 1",
			"pm.groups.web.reload.observe=-1s | pm.groups.web.reload.observe | PT-1S | must not be negative",
			"pm.groups.web.reload.pause=-1s | pm.groups.web.reload.pause | PT-1S | must not be negative",
			"pm.groups.web.reload.max-error-increase=101 | pm.groups.web.reload.max-error-increase | 101 | must be from 0 to 100",
			"pm.groups.web.reload.max-error-increase=few | pm.groups.web.reload.max-error-increase | few | or 'off'",
			"pm.groups.web.reload.max-latency-increase=-1 | pm.groups.web.reload.max-latency-increase | -1 | or 'off'",
			"pm.groups.web.reload.canary=0 | pm.groups.web.reload.canary | 0 | must be a number from 1",
			"pm.groups.web.reload.hold-timeout=-1s | pm.groups.web.reload.hold-timeout | PT-1S | must not be negative",
			"pm.groups.web.reload.order=both | pm.groups.web.reload.order | both | Order",
			"pm.groups.web.pause-after-fatal=soon | pm.groups.web.pause-after-fatal | soon | java.time.Duration",
			"pm.groups.web.childern=3 | pm.groups.web.childern | 3 | were left unbound",
			"pm.groops.web.children=3 | pm.groops.web.children | 3 | were left unbound",
			"pm.worker.heartbeat=3s | pm.worker.heartbeat | 3s | were left unbound",
			"pm.worker.heartbeat-interval=99ms | pm.worker.heartbeat-interval | PT0.099S | must be from 100 ms to 60 s",
			"pm.worker.heartbeat-interval=61s | pm.worker.heartbeat-interval | PT1M1S | must be from 100 ms to 60 s",
			"pm.groups.web.max-heartbeat-lost=-1 | pm.groups.web.max-heartbeat-lost | -1 | must not be negative",
			"pm.groups.web.max-gc-percent=101 | pm.groups.web.max-gc-percent | 101 | must be a percentage from 1 to 100",
			"pm.groups.web.max-gc-percent=-1 | pm.groups.web.max-gc-percent | -1 | 0 does not judge by it",
			"pm.master.status-interval=0 | pm.master.status-interval | PT0S | must be from 100 ms to 60 s",
			"pm.master.output.when-blocked=lose | pm.master.output.when-blocked | lose | No enum constant",
			"pm.master.status-file=/ | pm.master.status-file | / | must name a file",
			"pm.master.pid-file=/ | pm.master.pid-file | / | must name a file",
			"pm.message.max-payload=2MB | pm.message.max-payload | 2097152B | must be from 1B to 1048576B",
			"pm.message.max-payload=0B | pm.message.max-payload | 0B | must be from 1B to 1048576B",
			"pm.message.max-queued=0 | pm.message.max-queued | 0 | must be at least 1",
			"pm.master.max-connections=0 | pm.master.max-connections | 0 | must be at least 1",
			"pm.master.port=65536 | pm.master.port | 65536 | must be a port from 0 to 65535, or -1 for none",
			"pm.master.actuator-address=0.0.0.0 | pm.master.actuator-address | 0.0.0.0 | pm.master.allow-remote=true",
			"pm.master.allowed-users=root,no-such-user | pm.master.allowed-users | no-such-user | there is no user 'no-such-user' on this system",
			"pm.master.actuator-address=not an address | pm.master.actuator-address | not an | java.net.InetAddress",
			"pm.groups.master.children=1 | pm.groups.master | master | it has a meaning as a profile",
			"pm.groups.Worker.children=1 | pm.groups.Worker | Worker | it has a meaning as a profile",
			"pm.groups.default.children=1 | pm.groups.default | default | it has a meaning as a profile",
			"pm.groups.prod.children=1 | pm.groups.prod | prod | it is an active profile of the master",
			"pm.groups.reload.children=1 | pm.groups.reload | reload | a word of the endpoint",
			"pm.groups.reloads.children=1 | pm.groups.reloads | reloads | a word of the endpoint",
			"pm.groups.scale.children=1 | pm.groups.scale | scale | a word of the endpoint",
			"pm.groups.restart.children=1 | pm.groups.restart | restart | a word of the endpoint",
			"pm.groups.stop.children=1 | pm.groups.stop | stop | a word of the endpoint",
			"pm.groups.start.children=1 | pm.groups.start | start | a word of the endpoint",
			"pm.groups.rollback.children=1 | pm.groups.rollback | rollback | a word of the endpoint",
			"pm.groups.ui.children=1 | pm.groups.ui | ui | a word of the endpoint",
			"pm.groups.workers.children=1 | pm.groups.workers | workers | a word of the endpoint",
			"pm.groups.[we/b].children=1 | pm.groups.we/b | we/b | it has to consist of letters" })
	void refusesAndSaysWhatIsWrong(String configured, String property, String value, String reason) {
		runner().withPropertyValues("pm.groups.ok.listen=0", configured).run((context) -> {
			assertThat(context).hasFailed();
			String description = analysis(context.getStartupFailure());
			assertThat(description).contains("Property: " + property)
				.contains(value)
				.contains(reason)
				.doesNotContain("%s", "%d");
		});
	}

	@Test
	void refusesAPidFileThatIsSomethingElse() {
		runner().withPropertyValues("pm.groups.web.listen=0", "pm.master.pid-file=" + this.temporary)
			.run((context) -> assertThat(analysis(context.getStartupFailure())).contains(this.temporary.toString())
				.contains("it is a directory"));
	}

	@Test
	void refusesToRunWithoutAGroup() {
		runner().run((context) -> assertThat(analysis(context.getStartupFailure())).contains("Property: pm.groups")
			.contains("there is no group")
			.contains("pm.groups.web.listen=8080"));
	}

	@Test
	void refusesNamesThatCollide() {
		runner().withPropertyValues("pm.groups.Web.children=1", "pm.groups.[ web ].children=1")
			.run((context) -> assertThat(analysis(context.getStartupFailure())).contains("do not tell names apart"));
		runner().withPropertyValues("pm.groups.web-api.children=1", "pm.groups.webapi.children=1")
			.run((context) -> assertThat(analysis(context.getStartupFailure())).contains("do not tell names apart"));
	}

	@Test
	void refusesAnAddressThatIsListenedOnTwice() {
		runner().withPropertyValues("pm.groups.a.listen=8080", "pm.groups.b.listen=127.0.0.1:8081,8080")
			.run((context) -> assertThat(analysis(context.getStartupFailure()))
				.contains("pm.groups.a.listen names this address already"));
		runner().withPropertyValues("pm.groups.a.listen=8080,8080")
			.run((context) -> assertThat(analysis(context.getStartupFailure()))
				.contains("pm.groups.a.listen names this address already"));
		runner().withPropertyValues("pm.groups.a.listen=0,unix:/run/a.sock", "pm.groups.b.listen=unix:/run/b/../a.sock")
			.run((context) -> assertThat(analysis(context.getStartupFailure())).contains("pm.groups.b.listen")
				.contains("pm.groups.a.listen names this address already"));
		runner().withPropertyValues("pm.groups.a.listen=unix:/run/a.sock,0", "pm.groups.b.listen=unix:/run/b.sock")
			.run((context) -> assertThat(context).hasNotFailed());
		runner().withPropertyValues("pm.groups.a.listen=0,0").run((context) -> assertThat(context).hasNotFailed());
		runner().withPropertyValues("pm.groups.a.listen=8079")
			.run((context) -> assertThat(analysis(context.getStartupFailure())).contains("pm.master.port"));
	}

	@Test
	void anotherProgramReachesTheSettings() throws Exception {
		Path jar = this.temporary.resolve("other.jar");
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "com.example.Other");
		new JarOutputStream(Files.newOutputStream(jar), manifest).close();
		runner()
			.withPropertyValues("pm.groups.web.main-class=com.example.job.JobApplication",
					"pm.groups.jobs.application=" + jar)
			.run((context) -> {
				List<GroupSettings> groups = context.getBean(PmProperties.class).groupSettings();
				assertThat(named("web", groups).program().mainClass()).isEqualTo("com.example.job.JobApplication");
				assertThat(named("web", groups).program().application()).isNull();
				assertThat(named("jobs", groups).program().mainClass()).isNull();
				assertThat(named("jobs", groups).program().application()).isEqualTo(jar);
			});
	}

	@Test
	void refusesAMainClassTogetherWithAnApplication() {
		runner()
			.withPropertyValues("pm.groups.web.main-class=com.example.job.JobApplication",
					"pm.groups.web.application=/no/such.jar")
			.run((context) -> assertThat(analysis(context.getStartupFailure()))
				.contains("Property: pm.groups.web.main-class", "com.example.job.JobApplication")
				.contains("pm.groups.web.application is set as well"));
	}

	@Test
	void reportsEveryViolationAtOnce() {
		runner().withPropertyValues("pm.groups.web.children=-1", "pm.groups.web.listen=x")
			.run((context) -> assertThat(analysis(context.getStartupFailure())).contains("pm.groups.web.children")
				.contains("pm.groups.web.listen"));
	}

	@Test
	void anElementOfAListIsRefusedByItself() {
		runner().withPropertyValues("pm.groups.web.listen[0]=8080", "pm.groups.web.listen[1]=x",
				"pm.groups.web.listen[2]=8081", "pm.groups.web.max-fatal-restart=0", "pm.groups.web.warm-up.paths=/")
			.run((context) -> assertThat(analysis(context.getStartupFailure()))
				.contains("Property: pm.groups.web.listen[1]", "\"x\"", "the port is a number from 0 to 65535")
				.contains("pm.groups.web.max-fatal-restart")
				.doesNotContain("8081", "serves no requests"));
	}

	@Test
	void thePartsOfAValueAreUnknown() {
		runner()
			.withPropertyValues("pm.groups.web.listen=0", "pm.groups.web.children.count=3",
					"pm.groups.web.unix-socket.owner.user=root")
			.run((context) -> assertThat(analysis(context.getStartupFailure())).contains("were left unbound")
				.contains("pm.groups.web.children.count", "pm.groups.web.unix-socket.owner.user"));
	}

	@Test
	void readsWhatYamlTakesForNumbers() {
		runner()
			.withInitializer(properties(Map.of("pm.groups.web.listen[0]", 8080, "pm.groups.jobs.listen", 8081,
					"pm.groups.web.children", 3, "pm.groups.web.reload.max-surge", 2, "pm.groups.web.unix-socket.owner",
					0, "pm.groups.web.start-timeout", 7000)))
			.run((context) -> {
				List<GroupSettings> groups = context.getBean(PmProperties.class).groupSettings();
				GroupProperties web = named("web", groups).properties();
				assertThat(web.listen()).containsExactly(ListenAddress.of("8080"));
				assertThat(web.children().count()).isEqualTo(3);
				assertThat(web.reload().maxSurge()).isEqualTo(Surge.of("2"));
				assertThat(web.unixSocket().owner()).isEqualTo(SocketOwner.of("0"));
				assertThat(web.startTimeout()).isEqualTo(Duration.ofSeconds(7));
				assertThat(named("jobs", groups).properties().listen()).containsExactly(ListenAddress.of("8081"));
			});
		runner()
			.withInitializer(properties(Map.of("pm.groups.web.unix-socket.mode", 432, "pm.groups.web.children", -1)))
			.run((context) -> assertThat(analysis(context.getStartupFailure()))
				.contains("Property: pm.groups.web.unix-socket.mode", "432", "four octal digits")
				.contains("Property: pm.groups.web.children", "-1", "must be 'auto' or a number"));
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> properties(
			Map<String, Object> values) {
		return (context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("numbers", values));
	}

	@Test
	void readsEnvironmentVariables() {
		runner()
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("x-systemEnvironment",
						Map.of("PM_GROUPS_WEB_LISTEN", "8080", "PM_GROUPS_WEB_MAXFATALRESTART", "7"))))
			.run((context) -> {
				GroupSettings group = context.getBean(PmProperties.class).groupSettings().get(0);
				assertThat(group.name()).isEqualTo("web");
				assertThat(group.properties().maxFatalRestart()).isEqualTo(7);
			});
	}

	@Test
	void isNotDisturbedByWhatAWorkerIsToldInSystemProperties() {
		runner().withSystemProperties("pm.worker.control-socket=/x", "pm.worker.run-directory=/y", "pm.enabled=true")
			.withPropertyValues("pm.groups.web.listen=0")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private void bind(String configured, Consumer<PmProperties> test) {
		runner().withPropertyValues(configured).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context.getBean(PmProperties.class));
		});
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withInitializer((context) -> {
			ConfigurationPropertySources.attach(context.getEnvironment());
			OwnApplication.mark(context.getBeanFactory(), null);
		})
			.withUserConfiguration(PmMasterAutoConfiguration.PropertiesConfiguration.class)
			.withPropertyValues("spring.profiles.active=master,prod",
					"pm.master.run-directory=" + this.temporary.resolve("run"));
	}

	private static GroupSettings named(String name, List<GroupSettings> groups) {
		return groups.stream().filter((group) -> group.name().equals(name)).findFirst().orElseThrow();
	}

	private static String analysis(Throwable failure) {
		return SpringFactoriesLoader.forDefaultResourceLocation().load(FailureAnalyzer.class, (type, name, ex) -> {
		})
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.map(FailureAnalysis::getDescription)
			.orElseThrow(() -> new AssertionError("No analysis", failure));
	}

}
