package io.pmboot.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.pmboot.loop.Threads;
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

	/** So many files may leave their readers without an answer. */
	static final int MAX_READING = 16;

	private static final int STOP_SECONDS = 5;

	private final OwnLaunch own;

	private final WorkingDirectory directory;

	private final Reader reader;

	private final Copying copying;

	private final Folders folders;

	/** Copies that were lost, and are being made anew. */
	private final Map<Key, CompletableFuture<Boolean>> renewals = new ConcurrentHashMap<>();

	/** Makes copies of what has been read, one after the other. */
	private final ThreadPoolExecutor executor = Threads.few("pm-copies", 1);

	private final Semaphore reading = new Semaphore(MAX_READING);

	/** Changed on the one thread only. */
	private final Map<Key, GenerationCopy> copies = new ConcurrentHashMap<>();

	/** The generations of archives that have no copy, because Boot did not make them. */
	private final Set<Key> inPlace = ConcurrentHashMap.newKeySet();

	ArchiveCopies(OwnLaunch own, Path runDirectory) {
		this(own, runDirectory, Copying::read);
	}

	ArchiveCopies(OwnLaunch own, Path runDirectory, Reader reader) {
		this.own = own;
		this.reader = reader;
		this.directory = WorkingDirectory.of(own.environment().get(WorkingDirectory.VARIABLE));
		this.copying = new Copying(own.java());
		this.folders = new Folders(runDirectory);
		GenerationCopy master = MasterCopy.isRunning() ? GenerationCopy.read(this.folders.of(MasterCopy.KEY)) : null;
		if (master != null) {
			this.copies.put(MasterCopy.KEY, master);
		}
	}

	@Override
	public CompletableFuture<Boolean> copy(String group, int generation, WorkerLaunch.Program program) {
		Path source = source(program);
		return (source != null) ? begin(new Key(group, generation), source, null)
				: CompletableFuture.completedFuture(false);
	}

	private CompletableFuture<Boolean> begin(Key key, Path source, @Nullable String digest) {
		if (!this.reading.tryAcquire()) {
			return CompletableFuture.failedFuture(failure(source, new IOException(
					"%d reloads before have not got an answer of their files yet".formatted(MAX_READING))));
		}
		CompletableFuture<Boolean> copied = new CompletableFuture<>();
		// On a thread of its own: a file that does not answer holds up nobody else.
		try {
			Threads.start("pm-copy-" + key.group(), () -> read(key, source, digest, copied));
		}
		catch (RejectedExecutionException ex) {
			this.reading.release();
			copied.completeExceptionally(failure(source, ex));
		}
		return copied;
	}

	private void read(Key key, Path source, @Nullable String digest, CompletableFuture<Boolean> copied) {
		Path unfinished = this.folders.of(key).resolveSibling(key.generation() + UNFINISHED);
		try {
			FileSystemUtils.deleteRecursively(unfinished);
			// The run directory as well, where it is gone.
			Files.createDirectories(unfinished,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
			Path archive = this.reader.read(source, unfinished);
			if (digest != null && !digest.equals(Copying.digest(archive))) {
				throw new IOException("it is another version by now; a reload takes it");
			}
			this.executor.execute(() -> finish(key, source, archive, unfinished, copied));
		}
		catch (RejectedExecutionException ex) {
			fail(copied, source, unfinished, this.executor.isShutdown() ? new IOException("the master stops", ex) : ex);
		}
		catch (IOException | RuntimeException | OutOfMemoryError ex) {
			fail(copied, source, unfinished, ex);
		}
		finally {
			this.reading.release();
		}
	}

	private void fail(CompletableFuture<Boolean> copied, Path source, Path unfinished, Throwable cause) {
		Folders.delete(unfinished);
		if (this.executor.isShutdown()) {
			removeAll();
		}
		copied.completeExceptionally(failure(source, cause));
	}

	private void finish(Key key, Path source, Path archive, Path unfinished, CompletableFuture<Boolean> copied) {
		try {
			copied.complete(copy(key, archive, unfinished));
		}
		catch (IOException | RuntimeException | OutOfMemoryError ex) {
			copied.completeExceptionally(failure(source, ex));
		}
	}

	private @Nullable Path source(WorkerLaunch.Program program) {
		Path source = (program.application() != null) ? program.application() : this.own.jar();
		return (source != null) ? this.directory.resolve(source) : null;
	}

	private static IOException failure(Path source, Throwable cause) {
		return new IOException("%s cannot be copied: %s".formatted(source, reason(source, cause)), cause);
	}

	// The JDK names the file alone where a permission or the file is missing.
	private static @Nullable String reason(Path source, Throwable cause) {
		if (cause instanceof NoSuchFileException missing) {
			return missing.getFile().equals(source.toString()) ? "there is no such file"
					: "there is no " + missing.getFile();
		}
		if (cause instanceof AccessDeniedException denied) {
			return "the user that runs the master has no permission for " + denied.getFile();
		}
		return cause.getMessage();
	}

	private boolean copy(Key key, Path archive, Path unfinished) throws IOException {
		Path folder = this.folders.of(key);
		try {
			GenerationCopy copy = this.copying.copy(archive, unfinished, folder, this.copies.values());
			if (copy == null) {
				this.inPlace.add(key);
				return false;
			}
			FileSystemUtils.deleteRecursively(folder);
			Files.move(unfinished.resolve(Copying.APPLICATION), folder, StandardCopyOption.ATOMIC_MOVE);
			this.copies.put(key, copy);
			if (key.equals(MasterCopy.KEY)) {
				// For the master that this JVM starts from it.
				copy.write();
			}
			return true;
		}
		finally {
			FileSystemUtils.deleteRecursively(unfinished);
		}
	}

	@Override
	public boolean same(String group, int generation, int other) {
		GenerationCopy one = this.copies.get(new Key(group, generation));
		GenerationCopy two = this.copies.get(new Key(group, other));
		return one != null && two != null && one.digest().equals(two.digest());
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
		Predicate<Key> unneeded = (key) -> key.group().equals(group) && !kept.contains(key.generation());
		this.inPlace.removeIf(unneeded);
		this.renewals.keySet().removeIf(unneeded);
		this.copies.keySet().stream().filter(unneeded).forEach((key) -> {
			this.copies.remove(key);
			Folders.delete(this.folders.of(key));
		});
	}

	/**
	 * Removes what former masters have left in this run directory that were killed. To be
	 * called by the one that holds the directory.
	 */
	void removeLeftOvers() {
		List<Path> leftOvers = this.folders.leftOvers();
		if (!leftOvers.isEmpty()) {
			this.executor.execute(() -> leftOvers.forEach(Folders::delete));
		}
	}

	/**
	 * From what a worker is started.
	 * @param launch the worker
	 * @return the form, or {@code null} where the application runs in place
	 * @throws IOException where its generation has no copy, or one that is not whole any
	 * more. That is made anew meanwhile, unless what lies at the application's path now
	 * is another version
	 */
	@Nullable LaunchForm form(WorkerLaunch launch) throws IOException {
		Key key = new Key(launch.group(), launch.generation());
		GenerationCopy copy = this.copies.get(key);
		Path source = source(launch.program());
		if (copy != null && source != null) {
			String damage = copy.damage();
			if (damage == null) {
				return copy.form(launch.program().mainClass());
			}
			throw new IOException("the copy of the application that this generation runs from %s; %s".formatted(damage,
					renew(key, source, copy.digest())));
		}
		if (source != null && !this.inPlace.contains(key)) {
			throw new IOException(
					"this generation has no copy of %s, which may be another version by now; a reload makes one"
						.formatted(source));
		}
		return null;
	}

	// Whoever forks tries again soon, and is not to wait for a file.
	private String renew(Key key, Path source, String digest) {
		CompletableFuture<Boolean> last = this.renewals.get(key);
		if (last == null || last.isDone()) {
			this.renewals.put(key, begin(key, source, digest));
		}
		return (last != null && last.isCompletedExceptionally())
				? last.handle((copied, ex) -> String.valueOf(ex.getMessage())).join()
				: "it is being made anew from " + source;
	}

	/**
	 * Removes all copies but that from which this master runs. To be called when no
	 * worker is left.
	 */
	@Override
	public void close() {
		this.executor.shutdownNow();
		try {
			this.executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		removeAll();
	}

	private void removeAll() {
		if (this.copies.containsKey(MasterCopy.KEY)) {
			this.folders.removeAllBut(MasterCopy.KEY.group());
		}
		else {
			this.folders.removeAll();
		}
	}

	/** Reads archives: a seam, because no test has a mount that hangs. */
	interface Reader {

		Path read(Path source, Path unfinished) throws IOException;

	}

	/**
	 * Whose copy it is.
	 *
	 * @param group the group
	 * @param generation the generation
	 */
	record Key(String group, int generation) {
	}

	/**
	 * Where the copies lie in the run directory: by the process that made them, so that
	 * no master meets what another has left.
	 */
	static final class Folders {

		private final Path all;

		private final Path own;

		Folders(Path runDirectory) {
			this.all = runDirectory.resolve("generations");
			this.own = this.all.resolve(Long.toString(ProcessHandle.current().pid()));
		}

		Path of(Key key) {
			return this.own.resolve(key.group()).resolve(Integer.toString(key.generation()));
		}

		/**
		 * What processes made that have ended.
		 * @return their folders
		 */
		List<Path> leftOvers() {
			return children(this.all).stream()
				.filter((folder) -> !folder.equals(this.own) && !isOfLivingProcess(folder))
				.toList();
		}

		// A master that is about to be refused, for instance.
		private static boolean isOfLivingProcess(Path folder) {
			String pid = folder.getFileName().toString();
			return pid.matches("[0-9]{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isPresent();
		}

		void removeAllBut(String group) {
			children(this.own).stream()
				.filter((folder) -> !folder.getFileName().toString().equals(group))
				.forEach(Folders::delete);
		}

		void removeAll() {
			delete(this.own);
			if (children(this.all).isEmpty()) {
				delete(this.all);
			}
		}

		static void delete(Path folder) {
			try {
				FileSystemUtils.deleteRecursively(folder);
			}
			catch (IOException ex) {
				logger.warn("A copy of the application that nobody uses could not be removed: " + folder, ex);
			}
		}

		private static List<Path> children(Path folder) {
			if (!Files.isDirectory(folder)) {
				return List.of();
			}
			try (Stream<Path> children = Files.list(folder)) {
				return children.toList();
			}
			catch (IOException ex) {
				logger.warn("The copies of the application cannot be listed: " + folder, ex);
				return List.of();
			}
		}

	}

}
