package io.pmboot.server;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.reach.batch.BatchApplication;
import com.example.reach.chain.ChainApplication;
import com.example.reach.family.FamilyApplication;
import com.example.reach.flux.FluxApplication;
import com.example.reach.web.WebApplication;
import com.example.reach.xml.XmlApplication;
import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications of every kind as master and worker: none of their beans is made in the
 * master, their workers serve, are reloaded and stop.
 */
class ReachIntegrationTests {

	private static final String JETTY = "jetty";

	private static final String TOMCAT = "tomcat";

	private static final String REACTOR_NETTY = "reactor-netty";

	private static final String SECURITY = "spring-(boot-)?security";

	private static final String DEVTOOLS = "spring-boot-devtools";

	private static final String SERVLET = "tomcat-embed-(core|websocket)|spring-boot-(tomcat|servlet|webmvc|websocket)|spring-webmvc|jakarta.servlet|jakarta.websocket-api";

	private static final Consumer<ApplicationLaunch> PLAIN = (launch) -> {
	};

	@TempDir
	private Path directory;

	@Test
	void springSecurityByDefault() throws Exception {
		reach(WebApplication.class, List.of(JETTY, REACTOR_NETTY, DEVTOOLS), PLAIN, 401);
	}

	@FullOnly
	@Test
	void springSecurityWithItsOwnChain() throws Exception {
		reach(ChainApplication.class, List.of(JETTY, REACTOR_NETTY, DEVTOOLS), PLAIN, 200,
				(master) -> assertThat(get(master, "/other")).isEqualTo(403));
	}

	@FullOnly
	@Test
	void devtools() throws Exception {
		MasterProcess master = reach(WebApplication.class, List.of(JETTY, REACTOR_NETTY, SECURITY), PLAIN, 200);
		assertThat(master.output().matching("restartedMain")).isEmpty();
	}

	@FullOnly
	@Test
	void lazyInitialization() throws Exception {
		reach(WebApplication.class, List.of(JETTY, REACTOR_NETTY, SECURITY, DEVTOOLS),
				(launch) -> launch.property("spring.main.lazy-initialization", true), 200);
	}

	@FullOnly
	@Test
	void parentAndChildContext() throws Exception {
		reach(FamilyApplication.class, List.of(JETTY, REACTOR_NETTY, SECURITY, DEVTOOLS), PLAIN, 200);
	}

	@FullOnly
	@Test
	void sourcesInXml() throws Exception {
		reach(XmlApplication.class, List.of(JETTY, REACTOR_NETTY, SECURITY, DEVTOOLS), PLAIN, 200);
	}

	@FullOnly
	@Test
	void webFluxOnReactorNetty() throws Exception {
		reach(FluxApplication.class, List.of(JETTY, SERVLET, SECURITY, DEVTOOLS), PLAIN, 200);
	}

	@FullOnly
	@Test
	void webFluxOnTomcat() throws Exception {
		reach(FluxApplication.class, List.of(JETTY, REACTOR_NETTY, SECURITY, DEVTOOLS),
				(launch) -> launch.property("spring.main.web-application-type", "reactive"), 200);
	}

	@FullOnly
	@Test
	void webFluxOnJetty() throws Exception {
		reach(FluxApplication.class, List.of(TOMCAT, REACTOR_NETTY, SECURITY, DEVTOOLS),
				(launch) -> launch.property("spring.main.web-application-type", "reactive"), 200);
	}

	// Its master has no endpoint either.
	@FullOnly
	@Test
	void noWebServer() throws Exception {
		Consumer<ApplicationLaunch> launch = fixture(BatchApplication.class,
				List.of(JETTY, REACTOR_NETTY, SECURITY, DEVTOOLS))
			.andThen((process) -> process.property("pm.groups.web.listen", null));
		try (MasterProcess master = MasterProcess.launch(launch)) {
			master.output()
				.await("the worker is ready",
						(line) -> line.contains("web-0 (generation 1") && line.endsWith("is ready"),
						MasterProcess.TIMEOUT);
			ApplicationProcess.signal(master.process().pid(), "USR1");
			master.output().await("Reload web-2: COMPLETED", MasterProcess.TIMEOUT);
			ApplicationProcess.signal(master.process().pid(), "TERM");
			assertThat(master.process().awaitExit()).isEqualTo(143);
			String output = master.output().awaitEnd(MasterProcess.TIMEOUT);
			assertThat(output).doesNotContain("A bean of the application in " + master.process().pid());
			assertThat(master.output().matching("A bean of the application in ")).hasSize(2);
		}
	}

	private Consumer<ApplicationLaunch> fixture(Class<?> application, List<String> absent) {
		return (launch) -> launch.classPath(without(absent), application.getName(), this.directory.resolve("arguments"))
			.property("pm.groups.web.children", 1);
	}

	private MasterProcess reach(Class<?> application, List<String> absent, Consumer<ApplicationLaunch> launch,
			int status) throws Exception {
		return reach(application, absent, launch, status, (master) -> {
		});
	}

	private MasterProcess reach(Class<?> application, List<String> absent, Consumer<ApplicationLaunch> launch,
			int status, Check check) throws Exception {
		try (MasterProcess master = MasterProcess.ready(fixture(application, absent).andThen(launch))) {
			check.check(master);
			long first = master.pids("web").get(0);
			assertServes(master, status);
			assertThat(master.reload("web").outcome()).as(master.output().text()).isEqualTo("COMPLETED");
			assertServes(master, status);
			long second = master.pids("web").get(0);
			assertThat(second).isNotEqualTo(first);
			ApplicationProcess.signal(master.process().pid(), "TERM");
			assertThat(master.process().awaitExit()).isEqualTo(143);
			String output = master.output().awaitEnd(MasterProcess.TIMEOUT);
			assertThat(output).doesNotContain("A bean of the application in " + master.process().pid())
				.contains("A bean of the application in " + first, "A bean of the application in " + second);
			return master;
		}
	}

	private static void assertServes(MasterProcess master, int status) throws Exception {
		assertThat(get(master, "/hello")).as(master.output().text()).isEqualTo(status);
	}

	private static int get(MasterProcess master, String path) throws Exception {
		return HttpConnection.once(master.port(), "GET", path, Map.of(), "", Duration.ofSeconds(10)).status();
	}

	static String without(List<String> absent) {
		Pattern pattern = Pattern.compile("(spring-boot-)?(" + String.join("|", absent) + "|spring-cloud).*\\.jar");
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !pattern.matcher(Path.of(entry).getFileName().toString()).matches())
			.collect(Collectors.joining(File.pathSeparator));
	}

	/** What else is looked at while the first worker serves. */
	private interface Check {

		void check(MasterProcess master) throws Exception;

	}

}
