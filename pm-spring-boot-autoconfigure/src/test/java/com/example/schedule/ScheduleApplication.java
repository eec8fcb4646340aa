package com.example.schedule;

import java.nio.file.Files;
import java.nio.file.Path;
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

	// Fails where another migration is under way.
	private static Path migrate(Worker worker, Path lock) throws Exception {
		Files.createFile(lock);
		System.out.println("migration begins in " + worker.group() + "-" + worker.index());
		// As long as a migration takes; another that ran meanwhile would fail.
		Thread.sleep(Duration.ofMillis(500).toMillis());
		System.out.println("migration ends in " + worker.group() + "-" + worker.index());
		Files.delete(lock);
		return lock;
	}

	@Bean
	Report report() {
		return new Report();
	}

}
