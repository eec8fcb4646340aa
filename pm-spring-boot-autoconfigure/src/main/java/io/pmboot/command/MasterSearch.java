package io.pmboot.command;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Finds the run directory of the application's master. A master takes it from properties
 * and variables that an operator's shell need not have, and to read the application's
 * files as Boot does takes longer than all the rest of the command. So where it is not
 * told, the kernel is asked: whose socket is open, and which jar its process was started
 * from.
 */
final class MasterSearch {

	/** The master's socket, in its run directory. */
	static final String SOCKET = "actuator.sock";

	/** The file that the master holds there. */
	private static final String LOCK = "master.lock";

	private static final String PROPERTY = "pm.master.run-directory";

	private static final String VARIABLE = "PM_MASTER_RUN_DIRECTORY";

	/** The same as Boot maps the property's name, without the dash. */
	private static final String VARIABLE_OF_BOOT = "PM_MASTER_RUNDIRECTORY";

	private static final String RUNTIME_DIRECTORY = "RUNTIME_DIRECTORY";

	/** In {@code /proc/net/unix}: this one accepts connections. */
	private static final String ACCEPTING = "00010000";

	private final Path proc;

	private final UnaryOperator<@Nullable String> environment;

	private final Program own;

	MasterSearch(Path proc, UnaryOperator<@Nullable String> environment, Program own) {
		this.proc = proc;
		this.environment = environment;
		this.own = own;
	}

	static MasterSearch ofThisJvm() {
		String classPath = System.getProperty("java.class.path", "").split(File.pathSeparator, 2)[0];
		Path directory = Path.of("").toAbsolutePath();
		return new MasterSearch(Path.of("/proc"), System::getenv, new Program(classPath, List.of(directory)));
	}

	Found find(@Nullable String option) throws CommandException {
		if (option != null) {
			return told(option, "--run-directory");
		}
		String property = System.getProperty(PROPERTY);
		if (property != null) {
			return told(property, "the system property " + PROPERTY);
		}
		for (String variable : List.of(VARIABLE, VARIABLE_OF_BOOT, RUNTIME_DIRECTORY)) {
			String value = this.environment.apply(variable);
			// The unit's variable is also that of an agent which is a unit of its own.
			boolean other = variable.equals(RUNTIME_DIRECTORY) && value != null
					&& !Files.exists(Path.of(value.split(":", 2)[0], LOCK));
			if (value != null && !value.isEmpty() && !other) {
				return told(variable.equals(RUNTIME_DIRECTORY) ? value.split(":", 2)[0] : value, "$" + variable);
			}
		}
		return search();
	}

	private static Found told(String directory, String origin) {
		return new Found(Path.of(directory).toAbsolutePath().normalize(), origin);
	}

	private Found search() throws CommandException {
		List<Found> masters = open();
		List<Found> ofOwn = masters.stream().filter((master) -> this.own.isSame(program(master.pid()))).toList();
		if (ofOwn.size() == 1) {
			return ofOwn.get(0);
		}
		throw new CommandException(ExitCode.NO_MASTER,
				ofOwn.isEmpty() ? noMaster(masters)
						: "%d masters run from %s:\n%s\nSay which one: --run-directory=DIRECTORY"
							.formatted(ofOwn.size(), this.own, list(ofOwn)));
	}

	private String noMaster(List<Found> masters) {
		return "No master runs from %s: none of the sockets that are open on this host (%s) is that of one.\n"
			.formatted(this.own, this.proc.resolve("net/unix"))
				+ (masters.isEmpty() ? "No other master runs here, either.\n"
						: "Masters that were started from elsewhere, or by another user:\n%s\n"
							.formatted(list(masters)))
				+ "Start the application with the profile 'master', or say where its run directory is: "
				+ "--run-directory=DIRECTORY";
	}

	private String list(List<Found> masters) {
		return masters.stream()
			.map((master) -> "  --run-directory=%s (%s)".formatted(master.runDirectory(),
					(master.pid() != 0) ? "process %d, %s".formatted(master.pid(), describe(program(master.pid())))
							: "of another user"))
			.collect(Collectors.joining("\n"));
	}

	private static String describe(@Nullable Program program) {
		return (program != null) ? program.toString() : "started in a way that cannot be told";
	}

	private List<Found> open() throws CommandException {
		Path table = this.proc.resolve("net/unix");
		try {
			return Stream.of(Files.readString(table, StandardCharsets.ISO_8859_1).split("\n"))
				.map((line) -> line.strip().split(" +", 8))
				.filter((columns) -> columns.length == 8 && columns[3].equals(ACCEPTING)
						&& columns[7].endsWith("/" + SOCKET))
				.map((columns) -> directory(columns[7]))
				.filter(Objects::nonNull)
				.distinct()
				.sorted()
				.map((directory) -> new Found(directory, table.toString()))
				.toList();
		}
		catch (IOException ex) {
			throw new CommandException(ExitCode.NO_MASTER,
					"%s cannot be read (%s); say where the master's run directory is: --run-directory=DIRECTORY"
						.formatted(table, ex),
					ex);
		}
	}

	// As bytes, because the kernel knows no characters.
	private static @Nullable Path directory(String socket) {
		try {
			return Path.of(text(socket.getBytes(StandardCharsets.ISO_8859_1))).getParent();
		}
		catch (InvalidPathException ex) {
			// What cannot be written in this locale cannot be opened in it.
			return null;
		}
	}

	private static String text(byte[] bytes) {
		return new String(bytes, Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
	}

	private @Nullable Program program(long pid) {
		Path process = this.proc.resolve(Long.toString(pid));
		try {
			List<String> line = List.of(read(process.resolve("cmdline")));
			List<Path> directories = new ArrayList<>(List.of(Files.readSymbolicLink(process.resolve("cwd"))));
			// After a deployment a link on its path may lead elsewhere.
			Stream.of(read(process.resolve("environ")))
				.filter((variable) -> variable.startsWith("PWD=/"))
				.map((variable) -> Path.of(variable.substring("PWD=".length())))
				.forEach(directories::add);
			for (String option : List.of("-jar", "-cp", "-classpath", "--class-path")) {
				int index = line.indexOf(option);
				if (index >= 0 && index + 1 < line.size()) {
					return new Program(line.get(index + 1).split(File.pathSeparator, 2)[0], directories);
				}
			}
			return null;
		}
		catch (IOException | IllegalArgumentException ex) {
			// It has ended, or is another user's.
			return null;
		}
	}

	private static String[] read(Path file) throws IOException {
		return text(Files.readAllBytes(file)).split("\0");
	}

	/**
	 * Where the master is.
	 *
	 * @param runDirectory its run directory
	 * @param origin who says so, for messages
	 */
	record Found(Path runDirectory, String origin) {

		Path socket() {
			return this.runDirectory.resolve(SOCKET);
		}

		/**
		 * The process that holds the directory, or has held it; 0 where that cannot be
		 * told.
		 */
		long pid() {
			try {
				return Long.parseLong(Files.readString(this.runDirectory.resolve(LOCK)).strip());
			}
			catch (IOException | NumberFormatException ex) {
				return 0;
			}
		}

	}

	/**
	 * What a JVM runs.
	 *
	 * @param file its jar, or the first on its class path, as it was given
	 * @param directories where that may have been seen from
	 */
	record Program(String file, List<Path> directories) {

		boolean isSame(@Nullable Program other) {
			return other != null && paths().anyMatch((path) -> other.paths().anyMatch(path::equals));
		}

		private Stream<Path> paths() {
			return this.directories.stream()
				.map((directory) -> directory.resolve(this.file).normalize())
				.flatMap((path) -> Stream.of(path, real(path)));
		}

		private static Path real(Path path) {
			try {
				return path.toRealPath();
			}
			catch (IOException ex) {
				return path;
			}
		}

		@Override
		public String toString() {
			return this.directories.get(0).resolve(this.file).normalize().toString();
		}

	}

}
