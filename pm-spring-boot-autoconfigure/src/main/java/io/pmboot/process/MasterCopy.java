package io.pmboot.process;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.jar.JarFile;
import java.util.logging.LogManager;

import io.pmboot.loop.Threads;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The copy of its executable jar that a master runs from. A JVM loads classes from its
 * jar as long as it lives, and fails where the file was overwritten meanwhile; so the
 * master starts its main method again, in this JVM, with the classes of a copy.
 */
public final class MasterCopy {

	static final ArchiveCopies.Key KEY = new ArchiveCopies.Key("master", 0);

	private static final String LOADER = "pm-master-copy";

	private MasterCopy() {
	}

	/**
	 * Whether this class comes from such a copy.
	 * @return whether it does
	 */
	public static boolean isRunning() {
		ClassLoader loader = MasterCopy.class.getClassLoader();
		while (loader != null && !LOADER.equals(loader.getName())) {
			// Boot's own is between, where the copy is not extracted.
			loader = loader.getParent();
		}
		return loader != null;
	}

	/**
	 * Copies the jar that this JVM was started with, starts main from the copy, with the
	 * arguments of this JVM, and does not return: the method that has been started
	 * already, from the original, goes no further. Ends the JVM as it would end had only
	 * the copy's main been started. Returns at once where this JVM was not started with
	 * an executable jar of Boot's.
	 * @param runDirectory the master's run directory, which need not be locked yet
	 * @param mainApplicationClass the application's main class, where it is known
	 * @param arguments the arguments that the application was run with
	 * @throws IOException where the jar cannot be copied or read, saying why
	 */
	public static void run(Path runDirectory, @Nullable Class<?> mainApplicationClass, List<String> arguments)
			throws IOException {
		OwnLaunch own;
		try {
			own = OwnLaunch.read(mainApplicationClass, arguments, List.of());
		}
		catch (IllegalStateException ex) {
			// Whoever is to fork workers says so.
			return;
		}
		if (own.jar() == null) {
			return;
		}
		Path original = own.jar().toAbsolutePath();
		Path jar = copy(original, own, runDirectory);
		if (jar != null) {
			// Boot has put a bridge there that belongs to what is left behind.
			LogManager.getLogManager().readConfiguration();
			loadBootLoader(original);
			String mainClass = Objects.requireNonNull(ApplicationJar.read(jar).mainClass());
			new Main(new CopyClassLoader(LOADER, jar.toUri().toURL()), mainClass, own.arguments()).run();
		}
	}

	private static @Nullable Path copy(Path original, OwnLaunch own, Path runDirectory) throws IOException {
		ArchiveCopies copies = new ArchiveCopies(own, runDirectory);
		WorkerLaunch.Program program = new WorkerLaunch.Program(List.of(), List.of(), List.of(), Map.of());
		try {
			if (!copies.copy(KEY.group(), KEY.generation(), program).join()) {
				return null;
			}
			LaunchForm form = copies.form(new WorkerLaunch(KEY.group(), 0, KEY.generation(), program));
			return (form != null) ? Path.of(form.program().get(1)) : null;
		}
		catch (CompletionException | IOException ex) {
			remove(runDirectory);
			throw (ex.getCause() instanceof IOException failure) ? failure
					: new IOException("%s cannot be copied: %s".formatted(original, ex.getMessage()), ex);
		}
	}

	/**
	 * Removes the copy, after everything that is loaded from it.
	 * @param runDirectory the master's run directory
	 */
	public static void remove(Path runDirectory) {
		new ArchiveCopies.Folders(runDirectory).removeAll();
	}

	// The JVM's handler of jar URLs is Boot's by now, from the original; it must not have
	// to be read again.
	private static void loadBootLoader(Path original) throws IOException {
		ClassLoader system = ClassLoader.getSystemClassLoader();
		try (JarFile file = new JarFile(original.toFile())) {
			List<String> names = file.stream()
				.map((entry) -> entry.getName())
				.filter((name) -> name.endsWith(ClassUtils.CLASS_FILE_SUFFIX))
				.map((name) -> ClassUtils.convertResourcePathToClassName(StringUtils.stripFilenameExtension(name)))
				.filter((name) -> name.startsWith(LaunchForm.BOOT_LOADER))
				.toList();
			for (String name : names) {
				Class.forName(name, true, system);
			}
		}
		catch (ClassNotFoundException | LinkageError ex) {
			throw new IOException("%s was changed while the master started: %s".formatted(original, ex), ex);
		}
	}

	/**
	 * Loads the application from a copy. Its parent is what is there in every JVM, agents
	 * included; of the original jar, that has nothing but Boot's loader.
	 */
	private static final class CopyClassLoader extends URLClassLoader {

		CopyClassLoader(String name, URL jar) {
			super(name, new URL[] { jar }, ClassLoader.getSystemClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			return name.startsWith(LaunchForm.BOOT_LOADER) ? loadFirst(name) : super.loadClass(name, resolve);
		}

		// Boot's loader opens the jar that it is from; an extracted copy has none.
		private Class<?> loadFirst(String name) throws ClassNotFoundException {
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				if (loaded != null) {
					return loaded;
				}
				try {
					return findClass(name);
				}
				catch (ClassNotFoundException ex) {
					return super.loadClass(name, false);
				}
			}
		}

	}

	/**
	 * A main method that takes the place of the one that has been started.
	 */
	static final class Main {

		private final ClassLoader loader;

		private final String mainClass;

		private final List<String> arguments;

		private volatile boolean returned;

		Main(ClassLoader loader, String mainClass, List<String> arguments) {
			this.loader = loader;
			this.mainClass = mainClass;
			this.arguments = arguments;
		}

		/**
		 * Runs it, on a thread that is called main too, and does not return: nothing is
		 * thrown through an application's main method that might catch it. The JVM ends
		 * with the last of its other threads, as always.
		 */
		void run() {
			Thread current = Thread.currentThread();
			// Boot looks for the name where it decides on the exit code.
			Thread main = Threads.foreground(current.getName(), this::call);
			main.setContextClassLoader(this.loader);
			current.setName("pm-original-main");
			// So that the classes of the original can go.
			current.setContextClassLoader(this.loader);
			main.start();
			join(main);
			for (Thread other = other(); other != null; other = other()) {
				join(other);
			}
			new JvmExit().exit(this.returned ? 0 : 1);
			join(current);
		}

		private void call() {
			try {
				MethodHandle main = method();
				if (main.type().parameterCount() == 0) {
					main.invoke();
				}
				else {
					main.invoke(this.arguments.toArray(String[]::new));
				}
				this.returned = true;
			}
			catch (Throwable ex) {
				// As the JVM does for what main throws.
				Threads.uncaught(ex);
			}
		}

		private MethodHandle method() throws ReflectiveOperationException {
			Class<?> type = Class.forName(this.mainClass, false, this.loader);
			MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
			try {
				return lookup.findStatic(type, "main", MethodType.methodType(void.class, String[].class));
			}
			catch (NoSuchMethodException ex) {
				return lookup.findStatic(type, "main", MethodType.methodType(void.class));
			}
		}

		// One that keeps the JVM alive.
		private static @Nullable Thread other() {
			return Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> thread.isAlive() && !thread.isDaemon() && thread != Thread.currentThread())
				.findFirst()
				.orElse(null);
		}

		private static void join(Thread thread) {
			while (thread.isAlive()) {
				try {
					thread.join();
				}
				catch (InterruptedException ex) {
					// Nobody has a reason to, and there is nothing else to do.
				}
			}
		}

	}

}
