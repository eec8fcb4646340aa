package io.pmboot.worker;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

import io.pmboot.Receipt;
import io.pmboot.Worker;
import io.pmboot.accept.Serving;
import io.pmboot.event.MessageEvent;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * A worker that does with a message what the message says, and writes down whatever was
 * for its file.
 */
public final class MessageProgram {

	/** System property: where the files are written. */
	public static final String DIRECTORY = "test.directory";

	private MessageProgram() {
	}

	public static void main(String[] args) {
		new SpringApplicationBuilder(Config.class).web(WebApplicationType.NONE)
			.properties("spring.main.keep-alive=true", "spring.main.banner-mode=off")
			.listeners(new WorkerStartListener(new WorkerConnection.Exit(System::exit, Runtime.getRuntime()::halt)))
			.run(args);
	}

	@Configuration(proxyBeanMethods = false)
	static class Config {

		@Bean
		WorkerMessages workerMessages(ApplicationContext context) {
			WorkerMessages messages = WorkerConnection.current().messages();
			messages.open(context, null);
			return messages;
		}

		@Bean
		WorkerLifecycle workerLifecycle(ObjectProvider<Serving> servings, ConfigurableApplicationContext context) {
			return new WorkerLifecycle(WorkerConnection.current(), servings, List.of(), context);
		}

		@Bean
		Mail mail(WorkerMessages messages) throws IOException {
			return new Mail(WorkerConnection.current().worker(() -> null));
		}

	}

	/**
	 * Sends and receives.
	 */
	static class Mail {

		private final Worker worker;

		private final Path directory = Path.of(System.getProperty(DIRECTORY));

		// Unbuffered: what was written is there however this process ends.
		private final FileOutputStream file;

		Mail(Worker worker) throws IOException {
			this.worker = worker;
			this.file = new FileOutputStream(this.directory.resolve(handled(ProcessHandle.current().pid())).toFile(),
					true);
		}

		static String handled(long pid) {
			return "handled-" + pid;
		}

		@EventListener
		void on(MessageEvent event) throws Exception {
			String text = event.payload(String.class);
			String[] words = text.split(" ");
			switch (words[0]) {
				case "stream" -> new Thread(() -> stream(words)).start();
				case "echo" -> this.worker.send(event.sender().group(), event.sender().index(), "answer to " + text);
				case "ask" -> ask(words, event.sender());
				case "fail" -> throw new IllegalStateException("no luck with " + text);
				case "sleep" -> Thread.sleep(Long.parseLong(words[1]));
				default ->
					this.file.write("%s-%d %s%n".formatted(event.sender().group(), event.sender().index(), text.strip())
						.getBytes(StandardCharsets.UTF_8));
			}
		}

		// "ask group count": sends that many, hears the answers, tells the master.
		private void ask(String[] words, MessageEvent.Sender asker) {
			for (int i = 0; i < Integer.parseInt(words[2]); i++) {
				this.worker.send(words[1], 0, "echo " + i);
			}
		}

		// "stream group receivers count window": in turn to each, so many unanswered.
		private void stream(String[] words) {
			int receivers = Integer.parseInt(words[2]);
			int count = Integer.parseInt(words[3]);
			int window = Integer.parseInt(words[4]);
			Semaphore unanswered = new Semaphore(window);
			Queue<String> outcomes = new ConcurrentLinkedQueue<>();
			for (int i = 0; i < count; i++) {
				String id = Integer.toString(i);
				unanswered.acquireUninterruptibly();
				this.worker.send(words[1], i % receivers, id + " ".repeat(100 - id.length()))
					.whenComplete((delivery, ex) -> {
						Receipt receipt = delivery.receipts().get(0);
						outcomes.add("%s %s %d".formatted(id, receipt.outcome(), receipt.pid()));
						unanswered.release();
					});
			}
			unanswered.acquireUninterruptibly(window);
			try {
				Files.write(this.directory.resolve("sent-" + this.worker.index()), List.copyOf(outcomes));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.worker.send("master", "done");
		}

	}

}
