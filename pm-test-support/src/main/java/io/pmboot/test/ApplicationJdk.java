package io.pmboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/**
 * The JDK that the sample runs on: the one of the tests, or the one of the version that
 * the system property {@code sample.jdk} names.
 */
public final class ApplicationJdk {

	private ApplicationJdk() {
	}

	/**
	 * The java command. Skips the test where the JDK asked for is not there.
	 * @return its path
	 * @throws IOException where the places to look at cannot be read
	 */
	public static Path java() throws IOException {
		String version = System.getProperty("sample.jdk", "");
		if (version.isEmpty() || version.equals(Integer.toString(Runtime.version().feature()))) {
			return Path.of(System.getProperty("java.home"), "bin", "java");
		}
		List<Path> homes = homes(version);
		for (Path home : homes) {
			Path java = home.resolve("bin").resolve("java");
			if (Files.isExecutable(java) && version(home).equals(version)) {
				return java;
			}
		}
		return Assumptions.abort("No JDK %s: neither jdk%s.home nor JAVA_HOME_%s names one, nor is it among %s"
			.formatted(version, version, version, homes));
	}

	private static List<Path> homes(String version) throws IOException {
		List<Path> homes = new ArrayList<>();
		Stream.of(System.getProperty("jdk" + version + ".home"), System.getenv("JAVA_HOME_" + version))
			.filter(Objects::nonNull)
			.filter((home) -> !home.isBlank())
			.map(Path::of)
			.forEach(homes::add);
		Path jvms = Path.of("/usr/lib/jvm");
		if (Files.isDirectory(jvms)) {
			try (Stream<Path> found = Files.list(jvms)) {
				found.sorted().forEach(homes::add);
			}
		}
		return homes;
	}

	private static String version(Path home) throws IOException {
		Path release = home.resolve("release");
		if (!Files.isReadable(release)) {
			return "";
		}
		return Files.readAllLines(release)
			.stream()
			.filter((line) -> line.startsWith("JAVA_VERSION="))
			.map((line) -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
			.findFirst()
			.orElse("");
	}

}
