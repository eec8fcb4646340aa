package io.pmboot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** How to start the sample. */
public final class ApplicationLaunch {

	/**
	 * Every process of one launch inherits it, whoever forked it and however orphaned.
	 */
	public static final String MARK = "PM_SAMPLE_TEST";

	private static final String WITHOUT_JPA = String.join(",",
			"org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
			"org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
			"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration");

	/** What lets a JVM start quickly that lives for seconds. */
	private static final List<String> BRIEF_LIFE = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

	/**
	 * As in a terminal, even where whoever runs the tests has INT ignored, as nohup does.
	 */
	private static final String TERMINAL_SIGNALS = "exec env --default-signal=INT,HUP,QUIT ";

	private final String mark = UUID.randomUUID().toString();

	private final List<String> jvmOptions = new ArrayList<>(BRIEF_LIFE);

	private final Map<String, String> properties = new LinkedHashMap<>();

	private final List<String> arguments = new ArrayList<>();

	private final Map<String, String> environment = new LinkedHashMap<>();

	private @Nullable List<String> program;

	private @Nullable Path directory;

	private List<String> starter = List.of();

	private boolean terminal;

	private boolean hangUps;

	public static Path jar() {
		String jar = System.getProperty("sample.jar");
		if (jar == null || !Files.isRegularFile(Path.of(jar))) {
			throw new IllegalStateException("The system property sample.jar names the packaged sample, not " + jar);
		}
		return Path.of(jar);
	}

	/**
	 * Runs another copy of the jar.
	 * @param jar the copy
	 * @return this
	 */
	public ApplicationLaunch jar(Path jar) {
		this.program = List.of("-jar", jar.toString());
		return this;
	}

	/**
	 * Runs a class instead of the jar.
	 * @param classPath the class path, of any length
	 * @param mainClass the class
	 * @param argumentFile where to put what is too long for a command line
	 * @return this
	 */
	public ApplicationLaunch classPath(String classPath, String mainClass, Path argumentFile) {
		try {
			Files.writeString(argumentFile, "-cp \"" + classPath + "\"");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.program = List.of("@" + argumentFile, mainClass);
		return this;
	}

	public ApplicationLaunch jvmOption(String option) {
		this.jvmOptions.add(option);
		return this;
	}

	/**
	 * Gives a property on the command line, in place of one that was given before.
	 * @param name its name
	 * @param value its value, or {@code null} to give none
	 * @return this
	 */
	public ApplicationLaunch property(String name, @Nullable Object value) {
		if (value != null) {
			this.properties.put(name, value.toString());
		}
		else {
			this.properties.remove(name);
		}
		return this;
	}

	public @Nullable String property(String name) {
		return this.properties.get(name);
	}

	public ApplicationLaunch argument(String argument) {
		this.arguments.add(argument);
		return this;
	}

	public ApplicationLaunch environment(String name, String value) {
		this.environment.put(name, value);
		return this;
	}

	/**
	 * Starts it there, as after {@code cd} in a shell.
	 * @param directory a directory, or a link to one
	 * @return this
	 */
	public ApplicationLaunch directory(Path directory) {
		this.directory = directory;
		return environment("PWD", directory.toString());
	}

	/**
	 * Leaves JPA out of everything, for a quicker start.
	 * @return this
	 */
	public ApplicationLaunch withoutJpa() {
		return property("spring.autoconfigure.exclude", WITHOUT_JPA);
	}

	/**
	 * What lets the workers of a group start quickly, and be replaced quickly.
	 * @param group the group
	 * @param jpa whether they have JPA
	 * @return this
	 */
	public ApplicationLaunch quick(String group, boolean jpa) {
		property("pm.groups." + group + ".jvm-options", String.join(",", BRIEF_LIFE));
		property("pm.groups." + group + ".reload.observe", "0s");
		return jpa ? this
				: property("pm.groups." + group + ".arguments[0]", "--spring.autoconfigure.exclude=" + WITHOUT_JPA);
	}

	/**
	 * Runs it in a terminal of its own, where what is written to its input is typed.
	 * @return this
	 */
	public ApplicationLaunch inTerminal() {
		this.terminal = true;
		return this;
	}

	/**
	 * Has another program start it.
	 * @param starter the program and its arguments, behind which the command comes
	 * @return this
	 */
	public ApplicationLaunch startedBy(List<String> starter) {
		this.starter = List.copyOf(starter);
		return this;
	}

	/**
	 * Lets it receive HUP, even where whoever runs the tests has it ignored.
	 * @return this
	 */
	public ApplicationLaunch hangUps() {
		this.hangUps = true;
		return this;
	}

	public ApplicationProcess start() throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command()).redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("PM_") || name.startsWith("SPRING_"));
		builder.environment().putAll(this.environment);
		builder.environment().put(MARK, this.mark);
		if (this.directory != null) {
			builder.directory(this.directory.toFile());
		}
		return new ApplicationProcess(builder.start(), this.mark);
	}

	private List<String> command() throws IOException {
		List<String> command = new ArrayList<>(this.starter);
		if (this.hangUps) {
			command.addAll(List.of("env", "--default-signal=HUP"));
		}
		command.add(ApplicationJdk.java().toString());
		command.addAll(this.jvmOptions);
		command.addAll((this.program != null) ? this.program : List.of("-jar", jar().toString()));
		this.properties.forEach((name, value) -> command.add("--" + name + "=" + value));
		command.addAll(this.arguments);
		if (!this.terminal) {
			return command;
		}
		String line = command.stream()
			.map((word) -> "'" + word.replace("'", "'\\''") + "'")
			.collect(Collectors.joining(" ", TERMINAL_SIGNALS, ""));
		return List.of("script", "-qec", line, "/dev/null");
	}

}
