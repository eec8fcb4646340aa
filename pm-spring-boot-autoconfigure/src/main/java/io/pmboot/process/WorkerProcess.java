package io.pmboot.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.pmboot.ExitStatus;
import org.jspecify.annotations.Nullable;

/**
 * A forked process. Its methods never block and may be called on any thread; once the
 * process has ended, signals go nowhere.
 */
public interface WorkerProcess {

	/** How many lines of its output are kept. */
	int KEPT_LINES = 1000;

	/**
	 * The process id.
	 * @return the pid
	 */
	long pid();

	/** Sends SIGTERM. */
	void terminate();

	/** Sends SIGKILL. */
	void kill();

	/**
	 * Tries to learn what a process does that is hung: looks at what the system tells of
	 * it, and has it dump its threads to its output where it still can.
	 * @param timeout how long the dump may take
	 * @return what was learned, in a sentence, after that time; never exceptionally
	 */
	CompletionStage<String> dump(Duration timeout);

	/**
	 * Completes when the process has ended and its output has been read.
	 * @return how it ended
	 */
	CompletionStage<ExitStatus> exited();

	/**
	 * The last lines of its output so far. May be asked after its exit, too.
	 * @param max how many at most; no more than {@link #KEPT_LINES} are kept
	 * @return the lines
	 */
	Output lastOutput(int max);

	/**
	 * What kept a JVM from coming up in it. Known once it has exited.
	 * @return what Java printed and, where Java was changed under the master, what to do;
	 * or {@code null} where a JVM came up, or nothing tells
	 */
	@Nullable String noJvm();

	/**
	 * What keeps its program from ever speaking to the master. Looked for once it has
	 * exited, and only where the program is another than the master's.
	 * @return a clause, or {@code null} where nothing was found
	 */
	@Nullable String noStarter();

	/**
	 * Lines that follow one another.
	 *
	 * @param first the number of the first of them, from 1 at the start of the process; 0
	 * where there is none
	 * @param lines the lines, oldest first, without their ends
	 */
	record Output(long first, List<String> lines) {
	}

}
