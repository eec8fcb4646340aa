package com.example.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import io.pmboot.Worker;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.EnableScheduling;

/** An application with a migration at its start, and with scheduled work. */
@EnableScheduling
@SpringBootApplication
public class ScheduleApplication {

	public static void main(String[] args) {
		SpringApplication.run(ScheduleApplication.class, args);
	}

	@Bean
	InitializingBean migration(Worker worker, Environment environment) {
		return () -> worker.serially(() -> migrate(worker, Path.of(environment.getRequiredProperty("migration"))));
	}

	// Said in a file, because lines of two workers' outputs come in any order.
	private static Path migrate(Worker worker, Path said) throws Exception {
		say("begins", worker, said);
		// As long as a migration takes; another that ran meanwhile would be seen.
		Thread.sleep(Duration.ofMillis(500).toMillis());
		return say("ends", worker, said);
	}

	private static Path say(String what, Worker worker, Path said) throws IOException {
		return Files.writeString(said, "%s in %s-%d%n".formatted(what, worker.group(), worker.index()),
				StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	@Bean
	Report report() {
		return new Report();
	}

}
