package io.pmboot.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The application's arguments in a worker: the master's own, less those that are for the
 * master, then the group's, then the profiles, where Spring reads its options there.
 * Spring joins the values of an option that is given twice, so that the group's replaces
 * the master's. A lone {@code --} ends the options.
 */
final class WorkerArguments {

	private static final String END_OF_OPTIONS = "--";

	/**
	 * All of a group and of what is warned of, without a list of what a worker reads of
	 * it: where the starter is on would be as easy to forget.
	 */
	private static final Pattern OF_A_WORKER = Pattern.compile("pm\\.((groups|doctor)[.\\[].*|enabled)",
			Pattern.CASE_INSENSITIVE);

	private WorkerArguments() {
	}

	static List<String> of(List<String> own, List<String> added, List<String> profiles) {
		Set<String> replaced = options(added).stream().map(WorkerArguments::name).collect(Collectors.toSet());
		List<String> arguments = new ArrayList<>();
		for (String argument : options(own)) {
			String name = name(argument);
			if (isForWorkers(name) && !Profiles.isProperty(name) && (name.isEmpty() || !replaced.contains(name))) {
				arguments.add(withoutMaster(argument));
			}
		}
		arguments.addAll(options(added));
		if (reachSpring(own, added)) {
			arguments.add("--" + Profiles.ACTIVE + "=" + String.join(",", profiles));
		}
		List<String> rest = new ArrayList<>(rest(own));
		rest.addAll(rest(added));
		if (!rest.isEmpty()) {
			arguments.add(END_OF_OPTIONS);
			arguments.addAll(rest);
		}
		return arguments;
	}

	static String withoutMaster(String argument) {
		int value = argument.indexOf('=') + 1;
		return argument.substring(0, value) + Profiles.withoutMaster(name(argument), argument.substring(value));
	}

	/**
	 * Whether Spring's options are among them, which main must let through. Where none
	 * are, main may refuse them, or keep its arguments from Spring.
	 * @param own the master's
	 * @param added the group's
	 * @return whether they are
	 */
	static boolean reachSpring(List<String> own, List<String> added) {
		return Stream.of(own, added)
			.flatMap((arguments) -> options(arguments).stream())
			.map(WorkerArguments::name)
			.anyMatch((name) -> name.startsWith("spring.") || name.startsWith("pm."));
	}

	/**
	 * Whether a property is for workers, too: those that are the master's alone are not.
	 * @param name its name
	 * @return whether it is
	 */
	static boolean isForWorkers(String name) {
		return !name.startsWith("pm.") || OF_A_WORKER.matcher(name).matches();
	}

	private static List<String> options(List<String> arguments) {
		int end = arguments.indexOf(END_OF_OPTIONS);
		return (end < 0) ? arguments : arguments.subList(0, end);
	}

	private static List<String> rest(List<String> arguments) {
		int end = arguments.indexOf(END_OF_OPTIONS);
		return (end < 0) ? List.of() : arguments.subList(end + 1, arguments.size());
	}

	// Empty for what is no option.
	private static String name(String argument) {
		if (!argument.startsWith("--")) {
			return "";
		}
		int equals = argument.indexOf('=');
		return argument.substring(2, (equals < 0) ? argument.length() : equals).toLowerCase(Locale.ROOT);
	}

}
