package io.pmboot.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ArchiveCopies}, with archives that are not extracted: what extracting
 * makes of a real one is looked at where one is packaged.
 */
@Timeout(60)
class ArchiveCopiesTests {

	private static final String JAR_LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

	@TempDir
	private Path directory;

	private Path jar;

	private ArchiveCopies copies;

	@BeforeEach
	void create() throws IOException {
		this.jar = this.directory.resolve("app.jar");
		write(this.jar, JAR_LAUNCHER, "first");
		this.copies = copies(List.of("-jar", this.jar.toString()));
	}

	private ArchiveCopies copies(List<String> program) {
		return new ArchiveCopies(own(program), this.directory.resolve("run"));
	}

	private static OwnLaunch own(List<String> program) {
		return new OwnLaunch(Path.of(System.getProperty("java.home"), "bin", "java"), List.of(), List.of(), program,
				List.of(), List.of(), Map.of());
	}

	@AfterEach
	void close() {
		this.copies.close();
		// What was being read in this moment goes a moment later.
		await().untilAsserted(() -> assertThat(this.directory.resolve("run/generations")).doesNotExist());
	}

	// As on a mount that hangs, which a test cannot have.
	@Test
	void fileThatNeverAnswersHoldsUpNoOther() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		ArchiveCopies copies = new ArchiveCopies(own(List.of("-jar", this.jar.toString())),
				this.directory.resolve("run"), (source, unfinished) -> {
					if (source.endsWith("hangs.jar")) {
						awaitQuietly(answer);
					}
					return Copying.read(source, unfinished);
				});
		List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
		for (int generation = 1; generation < ArchiveCopies.MAX_READING; generation++) {
			waiting.add(copies.copy("web", generation, program("hangs.jar")));
		}
		assertThat(copies.copy("jobs", 1, program("app.jar")).get(30, TimeUnit.SECONDS)).isTrue();
		assertThat(waiting).noneMatch(CompletableFuture::isDone);
		await().until(() -> !copies.copy("web", 99, program("hangs.jar")).isCompletedExceptionally());
		assertThat(copies.copy("jobs", 2, program("app.jar"))).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withMessageContaining("16 reloads before have not got an answer of their files yet");
		answer.countDown();
		waiting.forEach((copy) -> assertThat(copy).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.withMessageContaining("there is no such file"));
		copies.close();
	}

	private WorkerLaunch.Program program(String application) {
		return new WorkerLaunch.Program(List.of(), List.of(), List.of(), Map.of(), null,
				this.directory.resolve(application));
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void relativePathLeadsWhereTheMastersDirectoryIsNow() throws Exception {
		Path current = Files.createSymbolicLink(this.directory.resolve("current"), Path.of("").toAbsolutePath());
		ArchiveCopies copies = new ArchiveCopies(new OwnLaunch(Path.of("java"), List.of(), List.of(),
				List.of("-jar", "app.jar"), List.of(), List.of(), Map.of("PWD", current.toString())),
				this.directory.resolve("run"));
		WorkerLaunch.Program program = new WorkerLaunch.Program(List.of(), List.of(), List.of(), Map.of());
		for (int release = 1; release <= 3; release++) {
			Path folder = Files.createDirectory(this.directory.resolve("release" + release));
			write(folder.resolve("app.jar"), JAR_LAUNCHER, (release == 1) ? "first" : "second");
			Files.delete(current);
			Files.createSymbolicLink(current, folder);
			assertThat(copies.copy("web", release, program).join()).isTrue();
		}
		assertThat(copies.same("web", 2, 1)).isFalse();
		assertThat(copies.same("web", 4, 1)).isFalse();
		copies.close();
	}

	@Test
	void sameContentIsTold() throws Exception {
		assertThat(copy(1, null)).isTrue();
		assertThat(copy(2, null)).isTrue();
		write(this.jar, JAR_LAUNCHER, "second");
		assertThat(copy(3, null)).isTrue();
		assertThat(this.copies.same("web", 2, 1)).isTrue();
		assertThat(this.copies.same("web", 3, 2)).isFalse();
	}

	@Test
	void aGenerationRunsFromItsOwnCopyWhateverBecomesOfTheFile() throws Exception {
		assertThat(copy(1, null)).isTrue();
		byte[] first = Files.readAllBytes(this.jar);
		FileTime time = Files.getLastModifiedTime(this.jar);
		// As cp does it, and rm.
		Files.write(this.jar, new byte[first.length]);
		assertThat(jar(form(1, null))).hasBinaryContent(first);
		assertThat(Files.getLastModifiedTime(jar(form(1, null)))).isEqualTo(time);
		Files.delete(this.jar);
		assertThat(jar(form(1, null))).hasBinaryContent(first).hasFileName("app.jar");
	}

	@Test
	void aLinkIsFollowedAnewForEachGeneration() throws Exception {
		Path link = this.directory.resolve("current.jar");
		Files.createSymbolicLink(link, this.jar);
		Path second = this.directory.resolve("second.jar");
		write(second, JAR_LAUNCHER, "second");
		this.copies.close();
		this.copies = copies(List.of("-jar", link.toString()));
		copy(1, null);
		Files.delete(link);
		Files.createSymbolicLink(link, second);
		copy(2, null);
		assertThat(jar(form(1, null))).hasSameBinaryContentAs(this.jar).isRegularFile();
		assertThat(jar(form(2, null))).hasSameBinaryContentAs(second);
	}

	@Test
	void equalGenerationsOfAllGroupsShareTheirFiles() throws Exception {
		copy(1, null);
		assertThat(this.copies.copy("jobs", 1, program(null, null)).get(30, TimeUnit.SECONDS)).isTrue();
		LaunchForm jobs = this.copies.form(new WorkerLaunch("jobs", 0, 1, program(null, null)));
		assertThat(Files.isSameFile(jar(form(1, null)), jar(jobs))).isTrue();
		assertThat(jar(form(1, null))).isNotEqualTo(jar(jobs));
	}

	@Test
	void anotherMainClassIsStartedFromTheCopy() throws Exception {
		copy(1, "com.example.Jobs");
		assertThat(form(1, "com.example.Jobs").classPath()).first().isEqualTo("-cp");
		assertThat(form(1, "com.example.Jobs").program()).containsExactly("-Dloader.main=com.example.Jobs",
				LaunchForm.PROPERTIES_LAUNCHER);
	}

	@Test
	void anotherApplicationIsCopiedAsWell() throws Exception {
		Path other = this.directory.resolve("other.jar");
		write(other, JAR_LAUNCHER, "other");
		WorkerLaunch.Program program = program(null, other);
		assertThat(this.copies.copy("web", 1, program).get(30, TimeUnit.SECONDS)).isTrue();
		assertThat(jar(this.copies.form(new WorkerLaunch("web", 0, 1, program)))).hasSameBinaryContentAs(other);
	}

	@Test
	void whatBootDidNotMakeRunsInPlace() throws Exception {
		write(this.jar, "com.example.Main", "thin");
		assertThat(copy(1, null)).isFalse();
		assertThat(form(1, null)).isNull();
		this.copies.close();
		this.copies = copies(List.of("com.example.Main"));
		assertThat(copy(1, null)).isFalse();
	}

	@Test
	void halfAFileIsRefused() throws Exception {
		try (FileChannel file = FileChannel.open(this.jar, StandardOpenOption.WRITE)) {
			file.truncate(file.size() / 2);
		}
		assertRefused("it has no end");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 1000 })
	void aFileThatEndsBehindANestedJarIsRefused(int behind) throws Exception {
		Path nested = this.directory.resolve("nested.jar");
		write(nested, "com.example.Library", "library");
		byte[] library = Files.readAllBytes(nested);
		long end;
		try (JarOutputStream out = open(this.jar, JAR_LAUNCHER)) {
			stored(out, "BOOT-INF/lib/library.jar", library);
			out.flush();
			end = Files.size(this.jar);
			stored(out, "BOOT-INF/lib/other", new byte[2000]);
		}
		try (FileChannel file = FileChannel.open(this.jar, StandardOpenOption.WRITE)) {
			file.truncate(end + behind);
		}
		assertRefused("it has no end");
	}

	private static void stored(JarOutputStream out, String name, byte[] content) throws IOException {
		CRC32 sum = new CRC32();
		sum.update(content);
		ZipEntry entry = new ZipEntry(name);
		entry.setMethod(ZipEntry.STORED);
		entry.setSize(content.length);
		entry.setCrc(sum.getValue());
		out.putNextEntry(entry);
		out.write(content);
		out.closeEntry();
	}

	@Test
	void aScriptMayPrecedeTheArchive() throws Exception {
		byte[] archive = Files.readAllBytes(this.jar);
		Files.writeString(this.jar, "#!/bin/sh\n");
		Files.write(this.jar, archive, StandardOpenOption.APPEND);
		assertThat(copy(1, null)).isTrue();
	}

	@Test
	void aDamagedEntryIsRefused() throws Exception {
		byte[] content = Files.readAllBytes(this.jar);
		int stored = new String(content, StandardCharsets.ISO_8859_1).indexOf("first");
		content[stored]++;
		Files.write(this.jar, content);
		assertRefused("its entry BOOT-INF/classes/version is damaged");
	}

	@Test
	void zerosAreRefused() throws Exception {
		Files.write(this.jar, new byte[4096]);
		assertRefused("it has no end");
	}

	@Test
	void aMissingFileIsRefused() throws Exception {
		Files.delete(this.jar);
		assertRefused("there is no such file");
	}

	@Test
	void anApplicationWithoutTheStarterIsRefused() throws Exception {
		try (JarOutputStream out = open(this.jar, JAR_LAUNCHER)) {
			entry(out, "BOOT-INF/lib/spring-core-7.0.0.jar", "x");
		}
		assertRefused("it has no starter: add pm-spring-boot-starter");
	}

	@Test
	void aRefusalLeavesTheOthersAndNothingOfItself() throws Exception {
		copy(1, null);
		Files.write(this.jar, new byte[10]);
		assertRefused("it has no end");
		try (Stream<Path> generations = Files.list(jar(form(1, null)).getParent().getParent())) {
			assertThat(generations).extracting((path) -> path.getFileName().toString()).containsExactly("1");
		}
	}

	@Test
	void whatNobodyUsesIsRemoved() throws Exception {
		for (int generation = 1; generation <= 3; generation++) {
			write(this.jar, JAR_LAUNCHER, "version " + generation);
			copy(generation, null);
		}
		Path second = jar(form(2, null));
		this.copies.keep("web", Set.of(1, 3));
		this.copies.keep("jobs", Set.of());
		// Behind it, on the same thread.
		copy(4, null);
		assertThat(second).doesNotExist();
		assertThatIOException().isThrownBy(() -> form(2, null))
			.withMessageContaining("this generation has no copy of " + this.jar)
			.withMessageContaining("a reload makes one");
		assertThat(jar(form(1, null))).isRegularFile();
		assertThat(jar(form(3, null))).isRegularFile();
	}

	@Test
	void aCopyThatIsGoneIsMadeAnewFromTheSameContentAlone() throws Exception {
		copy(1, null);
		Path copy = jar(form(1, null));
		FileSystemUtils.deleteRecursively(this.directory.resolve("run"));
		assertThatIOException().isThrownBy(() -> form(1, null))
			.withMessageContaining("is not complete any more")
			.withMessageContaining("run/generations/")
			.withMessageEndingWith("it is being made anew from " + this.jar);
		awaitCopy(1);
		assertThat(jar(form(1, null))).isEqualTo(copy);
		write(this.jar, JAR_LAUNCHER, "second");
		Files.delete(copy);
		await().untilAsserted(() -> assertThatIOException().isThrownBy(() -> form(1, null))
			.withMessageEndingWith(this.jar + " cannot be copied: it is another version by now; a reload takes it"));
		assertThat(copy).doesNotExist();
	}

	@Test
	void aDamagedCopyIsMadeAnewByTheNextReload() throws Exception {
		copy(1, null);
		Files.delete(jar(form(1, null)));
		copy(2, null);
		assertThat(jar(form(2, null))).hasSameBinaryContentAs(this.jar);
		// As large as it was.
		Path second = jar(form(2, null));
		Files.write(second, new byte[(int) Files.size(second)]);
		copy(3, null);
		assertThat(jar(form(3, null))).hasSameBinaryContentAs(this.jar);
		assertThatIOException().isThrownBy(() -> form(2, null)).withMessageContaining("was changed by somebody");
		awaitCopy(2);
	}

	@Test
	void lostCopiesAreMadeAnewByTheNextReload() throws Exception {
		copy(1, null);
		FileSystemUtils.deleteRecursively(this.directory.resolve("run/generations"));
		copy(2, null);
		assertThat(jar(form(2, null))).hasSameBinaryContentAs(this.jar);
	}

	@Test
	void nothingRunsFromWhatSomebodyPutInPlaceOfACopy() throws Exception {
		copy(1, null);
		Path copy = jar(form(1, null));
		FileTime time = Files.getLastModifiedTime(copy);
		Path other = Files.copy(copy, this.directory.resolve("other.jar"));
		Files.setLastModifiedTime(other, time);
		Files.move(other, copy, StandardCopyOption.ATOMIC_MOVE);
		assertThatIOException().isThrownBy(() -> form(1, null))
			.withMessageContaining("was changed by somebody (app.jar in ");
		awaitCopy(1);
	}

	@Test
	void aFileWithoutAnEndIsRefused() throws Exception {
		Files.delete(this.jar);
		assertThat(new ProcessBuilder("mkfifo", this.jar.toString()).start().waitFor()).isZero();
		assertRefused("it is not a regular file");
	}

	@Test
	void withoutACopyNothingIsStartedFromTheFileAsItIsNow() {
		assertThatIOException().isThrownBy(() -> form(1, null)).withMessageContaining("has no copy");
	}

	@Test
	void whatAKilledMasterLeftIsRemovedButNothingOfALivingOne() throws Exception {
		Path generations = this.directory.resolve("run/generations");
		Process ended = new ProcessBuilder("true").start();
		ended.waitFor();
		Path dead = Files.createDirectories(generations.resolve(ended.pid() + "/web/1"));
		Files.createFile(dead.resolve("app.jar"));
		long parent = ProcessHandle.current().parent().orElseThrow().pid();
		Path living = Files.createDirectories(generations.resolve(Long.toString(parent)));
		this.copies.removeLeftOvers();
		// Behind it, on the same thread.
		copy(1, null);
		assertThat(generations.resolve(Long.toString(ended.pid()))).doesNotExist();
		assertThat(living).exists();
		Files.delete(living);
	}

	@Test
	void aRunDirectoryThatCannotBeWrittenIsNamed() throws Exception {
		Path run = this.directory.resolve("run");
		Files.writeString(run, "in the way");
		assertThat(this.copies.copy("web", 1, program(null, null))).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IOException.class)
			.withMessageContaining(run.toString());
		Files.delete(run);
	}

	private void assertRefused(String reason) {
		assertThat(this.copies.copy("web", 7, program(null, null))).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IOException.class)
			.withMessageStartingWith(this.jar + " cannot be copied: ")
			.withMessageContaining(reason);
	}

	private boolean copy(int generation, @Nullable String mainClass) throws Exception {
		return this.copies.copy("web", generation, program(mainClass, null)).get(30, TimeUnit.SECONDS);
	}

	private @Nullable LaunchForm form(int generation, @Nullable String mainClass) throws IOException {
		return this.copies.form(new WorkerLaunch("web", 0, generation, program(mainClass, null)));
	}

	private void awaitCopy(int generation) {
		await().ignoreExceptionsInstanceOf(IOException.class)
			.untilAsserted(() -> assertThat(jar(form(generation, null))).hasSameBinaryContentAs(this.jar));
	}

	private static Path jar(@Nullable LaunchForm form) {
		assertThat(form).isNotNull();
		assertThat(form.program().get(0)).isEqualTo("-jar");
		return Path.of(form.program().get(1));
	}

	private static WorkerLaunch.Program program(@Nullable String mainClass, @Nullable Path application) {
		return new WorkerLaunch.Program(List.of(), List.of(), List.of(), Map.of(), mainClass, application);
	}

	private static void write(Path jar, String mainClass, String version) throws IOException {
		try (JarOutputStream out = open(jar, mainClass)) {
			entry(out, "BOOT-INF/lib/pm-spring-boot-autoconfigure-0.1.jar", "x");
			entry(out, "BOOT-INF/classes/version", version);
		}
		Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
	}

	private static JarOutputStream open(Path jar, String mainClass) throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
		manifest.getMainAttributes().putValue("Spring-Boot-Lib", "BOOT-INF/lib/");
		OutputStream file = Files.newOutputStream(jar);
		JarOutputStream out = new JarOutputStream(file, manifest);
		// Not compressed, so that a test finds what it damages.
		out.setLevel(0);
		return out;
	}

	private static void entry(JarOutputStream out, String name, String content) throws IOException {
		out.putNextEntry(new ZipEntry(name));
		out.write(content.getBytes());
		out.closeEntry();
	}

}
