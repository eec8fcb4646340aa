package io.pmboot;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code docs/parity.md}: the tests that it names are there.
 */
class ParityTests {

	private static final Pattern TEST = Pattern.compile("`(\\w+(?:Tests|Contract))(?:#(\\w+))?`");

	private static final Map<String, Path> sources = sources();

	private static Map<String, Path> sources() {
		Map<String, Path> sources = new HashMap<>();
		try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(".."), "pm-*")) {
			for (Path module : modules) {
				Path tests = module.resolve("src/test/java");
				if (Files.isDirectory(tests)) {
					try (Stream<Path> files = Files.walk(tests)) {
						files.forEach((file) -> sources.put(file.getFileName().toString().replace(".java", ""), file));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return sources;
	}

	static Stream<String[]> named() throws IOException {
		return TEST.matcher(Files.readString(Path.of("../docs/parity.md")))
			.results()
			.map((found) -> new String[] { found.group(1), found.group(2) });
	}

	@ParameterizedTest
	@MethodSource("named")
	void theTestIsThere(String type, String method) throws IOException {
		assertThat(sources).containsKey(type);
		if (method != null) {
			assertThat(Files.readString(sources.get(type))).contains("void " + method + "(");
		}
	}

}
