package io.pmboot.master;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HostCheck}, on a root directory of their own.
 */
class HostCheckTests {

	private static final long MEGABYTE = 1024 * 1024;

	@TempDir
	private Path root;

	@Test
	void missesNothingWhereTheHostTellsNothing() {
		assertThat(look(Long.MAX_VALUE, group(4))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "1024, 4096, open-files", "4096, 524288,", "unlimited, unlimited," })
	void missesOpenFilesByTheHardLimitWhichAJvmTakes(String soft, String hard, String id) throws IOException {
		write("proc/self/limits", """
				Limit                     Soft Limit           Hard Limit           Units
				Max processes             95995                95995                processes
				Max open files            %-20s %-20s files
				""".formatted(soft, hard));
		assertThat(look(Long.MAX_VALUE, group(1))).extracting(Finding::id)
			.isEqualTo((id != null) ? List.of(id) : List.of());
	}

	@ParameterizedTest
	@CsvSource({ "128, listen-backlog", "4096," })
	void missesRoomForConnectionsThatWait(String most, String id) throws IOException {
		write("proc/sys/net/core/somaxconn", most + "\n");
		assertThat(look(Long.MAX_VALUE, group(1))).extracting(Finding::id)
			.isEqualTo((id != null) ? List.of(id) : List.of());
	}

	@ParameterizedTest
	@CsvSource({ "-Xmx512m, 2236, false", "-Xmx512m, 2235, true", "-Xmx1G, 3772, false", "-Xmx1G, 3771, true",
			"-Xss1m, 1300, false", "-Xss1m, 1299, true" })
	void missesMemoryForAllHeapsAndThoseOfAReload(String option, long megabytes, boolean missed) {
		GroupSettings group = TestGroup.named("web")
			.children(2)
			.program(new io.pmboot.process.WorkerLaunch.Program(List.of(), List.of("-Xmx7g", option), List.of(),
					java.util.Map.of()))
			.settings();
		if (option.startsWith("-Xss")) {
			group = group(2);
		}
		List<Finding> findings = look(megabytes * MEGABYTE, group);
		assertThat(findings).extracting(Finding::id).isEqualTo(missed ? List.of("memory") : List.of());
	}

	@Test
	void toldOfMemoryIsHowMuchWhoTakes() {
		assertThat(look(1000 * MEGABYTE, group(2))).singleElement()
			.extracting(Finding::text)
			.asString()
			.contains("the 1000 MB that there are: web 3 × 200 MB")
			.contains("pm.groups.<name>.jvm-options=-Xmx");
	}

	@ParameterizedTest
	@CsvSource({ "q /tmp 1777 root root 10d, true", "D! /tmp 1777 root root 10d, true",
			"q /tmp 1777 root root -, false", "q /var/tmp 1777 root root 30d, false",
			"# q /tmp 1777 root root 10d, false" })
	void warnsOfARunDirectoryThatIsCleaned(String line, boolean warned) throws IOException {
		write("usr/lib/tmpfiles.d/tmp.conf", "# some\n" + line + "\n");
		assertThat(look(Long.MAX_VALUE, group(1))).extracting(Finding::id)
			.isEqualTo(warned ? List.of("temporary-run-directory") : List.of());
	}

	private List<Finding> look(long memory, GroupSettings group) {
		return new HostCheck(this.root, memory, 200 * MEGABYTE).look(List.of(group), Path.of("/tmp/pm-app/app"));
	}

	private static GroupSettings group(int children) {
		return FakeWorld.settings("web", children);
	}

	private void write(String file, String text) throws IOException {
		Path path = this.root.resolve(file);
		Files.createDirectories(path.getParent());
		Files.writeString(path, text);
	}

}
