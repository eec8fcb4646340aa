package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * Copies of executable jars and wars in the run directory. One thread makes and removes
 * them, and there is none while there is nothing to do.
 */
final class ArchiveCopies implements GenerationCopies, AutoCloseable {

	private static final Log logger = LogFactory.getLog(ArchiveCopies.class);

	private static final String UNFINISHED = ".unfinished";

	private final OwnLaunch own;

	private final Extraction extraction;

	/** Of all masters that had this run directory. */
	private final Path all;

	private final Path root;

	private final ThreadPoolExecutor executor;

	/** Written on the one thread only, whose writes wait for those who read. */
	private volatile Map<Key, GenerationCopy> copies = Map.of();

	ArchiveCopies(OwnLaunch own, Path runDirectory) {
		this.own = own;
		this.extraction = new Extraction(own.java());
		this.all = runDirectory.resolve("generations");
		this.root = this.all.resolve(Long.toString(ProcessHandle.current().pid()));
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "pm-copies");
			thread.setDaemon(true);
			return thread;
		});
		this.executor.allowCoreThreadTimeOut(true);
	}

	@Override
	public CompletableFuture<Boolean> copy(String group, int generation, WorkerLaunch.Program program) {
		CompletableFuture<Boolean> copied = new CompletableFuture<>();
		Path source = source(program);
		if (source == null) {
			copied.complete(false);
			return copied;
		}
		try {
			this.executor.execute(() -> {
				try {
					copied.complete(copy(new Key(group, generation), source));
				}
				catch (IOException | RuntimeException ex) {
					copied.completeExceptionally(failure(source, ex));
				}
			});
		}
		catch (RejectedExecutionException ex) {
			copied.completeExceptionally(failure(source, new IOException("the master stops", ex)));
		}
		return copied;
	}

	private @Nullable Path source(WorkerLaunch.Program program) {
		if (program.application() != null) {
			return program.application().toAbsolutePath();
		}
		boolean jar = this.own.program().get(0).equals("-jar");
		return jar ? Path.of(this.own.program().get(1)).toAbsolutePath() : null;
	}

	private static GenerationCopyException failure(Path source, Exception cause) {
		String reason = (cause instanceof NoSuchFileException) ? "there is no such file" : cause.getMessage();
		return new GenerationCopyException("%s cannot be copied: %s".formatted(source, reason), cause);
	}

	private boolean copy(Key key, Path source) throws IOException {
		Path folder = this.root.resolve(key.group()).resolve(Integer.toString(key.generation()));
		Path unfinished = folder.resolveSibling(key.generation() + UNFINISHED);
		FileSystemUtils.deleteRecursively(unfinished);
		try {
			Files.createDirectories(unfinished);
			GenerationCopy copy = copy(source, unfinished, folder);
			if (copy == null) {
				return false;
			}
			FileSystemUtils.deleteRecursively(folder);
			Files.move(unfinished.resolve("application"), folder, StandardCopyOption.ATOMIC_MOVE);
			Map<Key, GenerationCopy> copies = new LinkedHashMap<>(this.copies);
			copies.put(key, copy);
			this.copies = copies;
			return true;
		}
		finally {
			FileSystemUtils.deleteRecursively(unfinished);
		}
	}

	// Looks at nothing but its own copy: the source may change under its eyes.
	private @Nullable GenerationCopy copy(Path source, Path unfinished, Path folder) throws IOException {
		Path archive = Files.createDirectory(unfinished.resolve("archive")).resolve(source.getFileName());
		Path application = unfinished.resolve("application");
		Files.copy(source, archive, StandardCopyOption.COPY_ATTRIBUTES);
		String digest = digest(archive);
		for (GenerationCopy other : this.copies.values()) {
			if (other.digest().equals(digest) && other.jar().equals(source.getFileName().toString())) {
				FileLinks.all(other.folder(), application);
				return new GenerationCopy(folder, other.jar(), other.files(), other.archive(), digest);
			}
		}
		WholeArchive.check(archive);
		BootArchive form = BootArchive.of(archive);
		if (form == null) {
			return null;
		}
		String problem = ApplicationJar.problem(archive);
		if (problem != null) {
			throw new IOException(problem.replace(archive.toString(), "it"));
		}
		if (form.extractable()) {
			this.extraction.extract(archive, application, unfinished.resolve("log"));
			for (GenerationCopy other : this.copies.values()) {
				FileLinks.equal(application, other.folder());
			}
		}
		else {
			Files.move(archive.getParent(), application);
		}
		return new GenerationCopy(folder, source.getFileName().toString(), GenerationCopy.files(application).size(),
				form, digest);
	}

	private static String digest(Path file) throws IOException {
		try (InputStream content = Files.newInputStream(file)) {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			byte[] buffer = new byte[64 * 1024];
			for (int length = content.read(buffer); length >= 0; length = content.read(buffer)) {
				digest.update(buffer, 0, length);
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JVM has SHA-256", ex);
		}
	}

	@Override
	public void keep(String group, Set<Integer> generations) {
		Set<Integer> kept = Set.copyOf(generations);
		try {
			this.executor.execute(() -> remove(group, kept));
		}
		catch (RejectedExecutionException ex) {
			// They go with this master.
		}
	}

	private void remove(String group, Set<Integer> kept) {
		Map<Key, GenerationCopy> left = new LinkedHashMap<>(this.copies);
		left.keySet().removeIf((key) -> key.group().equals(group) && !kept.contains(key.generation()));
		List<GenerationCopy> unused = new ArrayList<>(this.copies.values());
		unused.removeAll(left.values());
		this.copies = left;
		unused.forEach((copy) -> delete(copy.folder()));
	}

	/**
	 * From what a worker is started.
	 * @param launch the worker
	 * @return the form, or {@code null} where the application runs in place
	 * @throws IOException where its generation's copy is not whole any more
	 */
	@Nullable LaunchForm form(WorkerLaunch launch) throws IOException {
		GenerationCopy copy = this.copies.get(new Key(launch.group(), launch.generation()));
		return (copy != null) ? copy.form(launch.program().mainClass()) : null;
	}

	private static void delete(Path folder) {
		try {
			FileSystemUtils.deleteRecursively(folder);
		}
		catch (IOException ex) {
			logger.warn("A copy of the application that nobody uses could not be removed: " + folder, ex);
		}
	}

	/**
	 * Removes everything, also what former masters have left here that were killed. To be
	 * called when no worker is left.
	 */
	@Override
	public void close() {
		this.executor.shutdownNow();
		delete(this.all);
	}

	/**
	 * Whose copy it is.
	 *
	 * @param group the group
	 * @param generation the generation
	 */
	private record Key(String group, int generation) {
	}

}
