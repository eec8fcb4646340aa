package io.pmboot.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * What the tests fork: does what its first argument says.
 */
public final class FixtureProgram {

	private FixtureProgram() {
	}

	public static void main(String[] args) throws Exception {
		switch (args[0]) {
			case "report" -> report(args);
			case "lines" -> lines(Integer.parseInt(args[1]));
			case "exit" -> System.exit(Integer.parseInt(args[1]));
			case "halt" -> new JvmExit().halt(Integer.parseInt(args[1]));
			case "exitFromHook" -> exitAwaitedByHook(Integer.parseInt(args[1]));
			case "wait" -> {
				report(args);
				await();
			}
			case "outOfMemory" -> outOfMemory();
			case "directory" -> System.out.println(System.getProperty("user.dir") + " " + System.getenv("PWD"));
			case "grandchild" -> grandchild();
			case "signals" -> signals();
			case "output" -> output();
			default -> throw new IllegalArgumentException(args[0]);
		}
	}

	// In ASCII, so that what arrives is seen whatever the charset.
	static void report(String[] args) {
		for (String arg : args) {
			System.out.println("argument " + encode(arg));
		}
		System.getProperties().forEach((name, value) -> {
			if (name.toString().startsWith("pm.") || name.toString().startsWith("test.")) {
				System.out.println("property " + name + " " + encode(value.toString()));
			}
		});
		System.getenv().forEach((name, value) -> System.out.println("variable " + name + " " + encode(value)));
		try {
			System.out.println("stdin " + System.in.read());
		}
		catch (IOException ex) {
			System.out.println("stdin " + ex);
		}
	}

	static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static void lines(int count) {
		for (int i = 0; i < count; i++) {
			((i % 2 == 0) ? System.out : System.err).println("line " + i);
		}
		System.out.print("no end");
	}

	private static void exitAwaitedByHook(int code) throws InterruptedException {
		Thread main = Thread.currentThread();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			try {
				main.join();
				System.out.println("joined");
			}
			catch (InterruptedException ex) {
				System.out.println(ex);
			}
		}));
		new JvmExit().exit(code);
	}

	private static void await() throws InterruptedException {
		System.out.println("waiting");
		new CountDownLatch(1).await();
	}

	// On a thread that nobody would miss.
	private static void outOfMemory() throws InterruptedException {
		List<byte[]> kept = new ArrayList<>();
		Thread thread = new Thread(() -> {
			while (true) {
				kept.add(new byte[1024 * 1024]);
			}
		});
		thread.setUncaughtExceptionHandler((ended, ex) -> kept.clear());
		thread.start();
		thread.join();
		await();
	}

	private static void output() throws IOException {
		MasterOutput.install();
		new BufferedReader(new InputStreamReader(System.in)).lines().forEach((line) -> {
			System.out.println(line);
			System.err.println(line);
		});
		MasterOutput.current().end();
		MasterOutput.directError().accept("last line\n".getBytes());
	}

	private static void grandchild() throws IOException {
		Process grandchild = new ProcessBuilder("sleep", "300").inheritIO().start();
		System.out.println("grandchild " + grandchild.pid());
	}

	private static void signals() throws InterruptedException {
		Signals signals = new Signals();
		signals.ignore("INT");
		signals.handle("USR1", () -> {
			System.out.println("USR1");
			throw new IllegalStateException("handler fails");
		});
		signals.handle("TERM", () -> {
			System.out.println("TERM");
			new JvmExit().exit(3);
		});
		await();
	}

}
