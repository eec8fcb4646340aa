package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts a real JVM in each way in which users start theirs, and has it fork itself.
 */
class RelaunchTests {

	private static final String CLASS_PATH = System.getProperty("java.class.path");

	private static final String ADDED = "--pm.enabled=false";

	private static final String PROFILES = "--spring.profiles.active=prod,worker,web";

	@TempDir
	private Path directory;

	@Test
	void jarWhosePathHasABlankAndArgumentsOfEveryKind() throws Exception {
		Path jar = this.directory.resolve("my app.jar");
		writeJar(jar);
		Report report = run(Map.of(), List.of("-Dtest.x=a b", "-jar", jar.toString(), "--pm.master.port=1", "a b", "",
				"\"q\" 'r'", "new\nline", "\u00e4\u20ac", "--spring.profiles.active=master"));
		assertThat(report.values("argument ")).containsExactly("a b", "", "\"q\" 'r'", "new\nline", "\u00e4\u20ac",
				ADDED, PROFILES);
		assertThat(report.values("property ")).contains("test.x a b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "strip", "add", "parse" })
	void mainsArgumentsAreThoseOfThisJvmWhateverItMakesOfThem(String command) throws Exception {
		Path jar = this.directory.resolve("app.jar");
		writeJar(jar);
		assertMainsArguments(command, List.of("-jar", jar.toString()));
	}

	@Test
	void mainsArgumentsAreKnownOnAClassPathToo() throws Exception {
		assertMainsArguments("strip", List.of("-cp", CLASS_PATH, FixtureMaster.class.getName()));
	}

	private void assertMainsArguments(String command, List<String> form) throws Exception {
		List<String> arguments = new ArrayList<>(form);
		arguments.addAll(List.of(command, "a b", "--x=1"));
		assertThat(run(Map.of(), arguments).values("argument ")).containsExactly(command, "a b", "--x=1", ADDED,
				PROFILES);
	}

	@Test
	void debuggersAndJmxPortsOnTheCommandLine() throws Exception {
		Report report = run(Map.of(),
				List.of(debugger(), "-Dcom.sun.management.jmxremote.port=" + FreePort.next(),
						"-Dcom.sun.management.jmxremote.authenticate=false", "-Dcom.sun.management.jmxremote.ssl=false",
						"-cp", CLASS_PATH, FixtureMaster.class.getName(), "x"));
		assertThat(report.values("argument ")).containsExactly("x", ADDED, PROFILES);
	}

	@Test
	void debuggersPortInTheEnvironment() throws Exception {
		Report report = run(
				Map.of("JAVA_TOOL_OPTIONS", "-Dtest.tool='a b' " + debugger(), "_JAVA_OPTIONS", "-Dtest.last=1"),
				List.of("-cp", CLASS_PATH, FixtureMaster.class.getName()));
		assertThat(report.values("property ")).contains("test.tool a b", "test.last 1");
		assertThat(report.values("variable ")).contains("JAVA_TOOL_OPTIONS \"-Dtest.tool=a b\"",
				"_JAVA_OPTIONS -Dtest.last=1");
	}

	@Test
	@FullOnly
	void debuggersPortInAnArgumentFileOfTheEnvironment() throws Exception {
		Path file = this.directory.resolve("options");
		JavaCommand.writeArguments(file, List.of(debugger(), "-Dtest.file=1"));
		Report report = run(Map.of("JDK_JAVA_OPTIONS", "@" + file + " -Dtest.jdk=1"),
				List.of("-cp", CLASS_PATH, FixtureMaster.class.getName()));
		assertThat(report.values("property ")).contains("test.file 1", "test.jdk 1");
		assertThat(report.values("variable ")).contains("JDK_JAVA_OPTIONS -Dtest.jdk=1");
	}

	@Test
	void optionsInArgumentFile() throws Exception {
		Path file = this.directory.resolve("options");
		JavaCommand.writeArguments(file, List.of("-Dtest.x=a b", "-cp",
				"/no/such/directory:".repeat(11_000) + CLASS_PATH, FixtureMaster.class.getName(), "y z"));
		Report report = run(Map.of(), List.of("@" + file));
		assertThat(report.values("argument ")).containsExactly("y z", ADDED, PROFILES);
		assertThat(report.values("property ")).contains("test.x a b");
	}

	@Test
	void noWorkerIsAMasterInWhicheverWayTheMasterBecameOne() throws Exception {
		Report report = run(
				Map.of("SPRING_PROFILES_INCLUDE", "master,a", "SPRING_PROFILES_ACTIVE", "master",
						"SPRING_APPLICATION_JSON", "{\"spring\":{\"profiles\":{\"include\":\"master,b\"}},\"n\":1}",
						"JAVA_TOOL_OPTIONS", "-Dspring.profiles.include=master"),
				List.of("-Dtest.spring=true", "-Dspring.profiles.active=master", "-cp", CLASS_PATH,
						FixtureMaster.class.getName(), "--spring.profiles.include=master",
						"--spring.profiles.active=master", "--", "rest"));
		assertThat(report.values("profiles ")).containsExactly("b,a,prod,worker,web");
		assertThat(report.values("variable ")).contains("SPRING_PROFILES_INCLUDE a")
			.noneMatch((variable) -> variable.startsWith("SPRING_PROFILES_ACTIVE"));
	}

	private void writeJar(Path jar) throws IOException {
		Manifest manifest = new Manifest();
		Attributes attributes = manifest.getMainAttributes();
		attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.put(Attributes.Name.MAIN_CLASS, FixtureMaster.class.getName());
		attributes.put(Attributes.Name.CLASS_PATH,
				Arrays.stream(CLASS_PATH.split(File.pathSeparator))
					.map((entry) -> Path.of(entry).toUri().toString())
					.collect(Collectors.joining(" ")));
		try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
			stream.putNextEntry(new ZipEntry("empty"));
		}
	}

	private static String debugger() throws IOException {
		return "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + FreePort.next();
	}

	private Report run(Map<String, String> environment, List<String> arguments)
			throws IOException, InterruptedException {
		List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + this.directory));
		line.addAll(arguments);
		Path output = this.directory.resolve("output");
		ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().putAll(environment);
		Process master = builder.start();
		try {
			assertThat(master.waitFor(120, TimeUnit.SECONDS)).as("master has ended").isTrue();
		}
		finally {
			master.descendants().forEach(ProcessHandle::destroyForcibly);
			master.destroyForcibly();
		}
		Report report = new Report(Files.readAllLines(output));
		assertThat(master.exitValue()).as(report.toString()).isZero();
		return report;
	}

	private record Report(List<String> lines) {

		List<String> values(String kind) {
			return this.lines.stream()
				.filter((line) -> line.startsWith(kind))
				.map((line) -> URLDecoder.decode(line.substring(kind.length()), StandardCharsets.UTF_8))
				.toList();
		}

	}

}
