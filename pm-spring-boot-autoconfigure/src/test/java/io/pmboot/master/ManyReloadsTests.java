package io.pmboot.master;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import javax.tools.ToolProvider;

import io.pmboot.GroupInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.process.JvmLauncher;
import io.pmboot.process.MasterOutput;
import io.pmboot.process.OwnLaunch;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.settings.MessageSettings;
import io.pmboot.test.FullOnly;
import io.pmboot.worker.TinyProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a master has after a thousand reloads of a tiny worker, each from a copy of a jar
 * that is another one each time.
 */
@FullOnly
class ManyReloadsTests {

	private static final int RELOADS = 1000;

	private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	/**
	 * What the heap may be larger after all of them: of the tests, not of the reloads.
	 */
	private static final long HEAP_SLACK = 4 * 1024 * 1024;

	@TempDir
	private Path directory;

	@Test
	void aThousandReloadsLeaveNothingBehind() throws Exception {
		Path runDirectory = Files.createTempDirectory(this.directory, "run");
		Path jar = this.directory.resolve("tiny.jar");
		Path launcherClass = compileLauncher();
		write(jar, launcherClass, 0);
		Path socket = runDirectory.resolve("control");
		OwnLaunch own = new OwnLaunch(Path.of(System.getProperty("java.home"), "bin", "java"), List.of(), List.of(),
				List.of("-jar", jar.toString()), List.of(), List.of("master"), System.getenv());
		GenericApplicationContext context = new GenericApplicationContext();
		context.refresh();
		try (JvmLauncher launcher = new JvmLauncher(own, runDirectory, socket, (lines, length, alive) -> {
		})) {
			MasterLifecycle lifecycle = new MasterLifecycle(
					new MasterSettings(List.of(group()), null, socket, false,
							new MessageSettings(DataSize.ofBytes(1000), 10), Map.of(), Set.of()),
					launcher, launcher.copies(), FakeConfigurations.same(group()), context, null,
					MasterOutput.current());
			lifecycle.start();
			try {
				lifecycle.running().loop().execute(lifecycle.running().supervisor()::start);
				InitiatedMaster master = lifecycle.master();
				await().atMost(Duration.ofSeconds(60)).until(() -> isReady(master.group("tiny")));
				Footprint tenth = null;
				for (int i = 1; i <= RELOADS; i++) {
					write(jar, launcherClass, i);
					assertThat(master.reload("tiny").finished().get(120, TimeUnit.SECONDS).outcome())
						.isEqualTo(ReloadOutcome.COMPLETED);
					tenth = (i == 10) ? Footprint.settled(runDirectory, i) : tenth;
				}
				Footprint last = Footprint.settled(runDirectory, RELOADS);
				assertThat(tenth).isNotNull();
				assertThat(last.heap()).isLessThan(tenth.heap() + HEAP_SLACK);
				assertThat(last.threads()).hasSizeLessThanOrEqualTo(tenth.threads().size());
				assertThat(last.descriptors()).isLessThanOrEqualTo(tenth.descriptors());
				assertThat(last.files()).isEqualTo(tenth.files());
				assertThat(master.group("tiny").generation()).isEqualTo(RELOADS + 1);
			}
			finally {
				lifecycle.running().call(Supervisor::stop).thenCompose((stopped) -> stopped).get(60, TimeUnit.SECONDS);
				lifecycle.stop();
			}
		}
	}

	private static boolean isReady(GroupInfo group) {
		return group.workers().stream().anyMatch((worker) -> worker.state().name().equals("READY"));
	}

	private static GroupSettings group() {
		WorkerLaunch.Program program = new WorkerLaunch.Program(List.of(),
				List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"), List.of(), Map.of());
		return TestGroup.named("tiny")
			.listen("127.0.0.1:0")
			.program(program)
			.restartIntensity(50, Duration.ofSeconds(60))
			.startTimeout(Duration.ofSeconds(60))
			.heartbeats(Duration.ofSeconds(2), 15, 95)
			.settings();
	}

	// Named as Boot's, which makes the jar one that is copied.
	private Path compileLauncher() throws IOException {
		Path source = this.directory.resolve("JarLauncher.java");
		Files.writeString(source, """
				package org.springframework.boot.loader.launch;

				public class JarLauncher {

					public static void main(String[] args) throws Exception {
						%s.main(args);
					}

				}
				""".formatted(TinyProgram.class.getName()));
		int compiled = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", this.directory.toString(), "-cp", System.getProperty("java.class.path"),
					source.toString());
		assertThat(compiled).isZero();
		return this.directory.resolve(LAUNCHER.replace('.', '/') + ".class");
	}

	private static void write(Path jar, Path launcherClass, int version) throws IOException {
		Manifest manifest = new Manifest();
		Attributes attributes = manifest.getMainAttributes();
		attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
		attributes.put(Attributes.Name.MAIN_CLASS, LAUNCHER);
		attributes.put(Attributes.Name.CLASS_PATH,
				Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
					.map((entry) -> Path.of(entry).toUri().toString())
					.collect(Collectors.joining(" ")));
		attributes.putValue("Spring-Boot-Lib", "BOOT-INF/lib/");
		try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
			entry(out, "BOOT-INF/lib/pm-spring-boot-autoconfigure.jar", new byte[0]);
			entry(out, "BOOT-INF/classes/version", Integer.toString(version).getBytes());
			entry(out, LAUNCHER.replace('.', '/') + ".class", Files.readAllBytes(launcherClass));
		}
	}

	private static void entry(JarOutputStream out, String name, byte[] content) throws IOException {
		out.putNextEntry(new ZipEntry(name));
		out.write(content);
		out.closeEntry();
	}

	/**
	 * What a master takes of the machine.
	 *
	 * @param heap bytes that live
	 * @param threads their names, but for those by which the JDK waits for a process: one
	 * that has nothing to do ends after a minute
	 * @param descriptors files and sockets that are open
	 * @param files in the run directory
	 */
	private record Footprint(long heap, List<String> threads, long descriptors, long files) {

		// When what a reload leaves for a while is gone: copies that are being removed.
		static Footprint settled(Path runDirectory, int reloads) throws Exception {
			await().atMost(Duration.ofSeconds(60)).until(() -> {
				try (Stream<Thread> threads = Thread.getAllStackTraces().keySet().stream()) {
					return threads.noneMatch((thread) -> thread.getName().equals("pm-copies"));
				}
			});
			System.gc();
			Footprint footprint = new Footprint(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
					Thread.getAllStackTraces()
						.keySet()
						.stream()
						.map(Thread::getName)
						.filter((name) -> !name.startsWith("process reaper"))
						.sorted()
						.toList(),
					Objects.requireNonNull(new File("/proc/self/fd").list()).length, count(runDirectory));
			System.out.println("After " + reloads + " reloads: " + footprint);
			return footprint;
		}

		private static long count(Path folder) throws IOException {
			try (Stream<Path> files = Files.walk(folder)) {
				return files.count();
			}
		}

	}

}
