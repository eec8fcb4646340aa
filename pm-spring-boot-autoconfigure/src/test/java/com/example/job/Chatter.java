package com.example.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** Prints more than all buffers on the way hold, then makes a file. */
@Component
@ConditionalOnProperty("job.chatty")
class Chatter implements ApplicationRunner {

	private final Path done;

	Chatter(@Value("${job.chatty}") String done) {
		this.done = Path.of(done);
	}

	@Override
	public void run(ApplicationArguments arguments) {
		Thread thread = new Thread(this::print, "chatter");
		thread.setDaemon(true);
		thread.start();
	}

	private void print() {
		for (int i = 0; i < 30_000; i++) {
			System.out.println("line " + i + " " + "x".repeat(80));
		}
		try {
			Files.createFile(this.done);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
