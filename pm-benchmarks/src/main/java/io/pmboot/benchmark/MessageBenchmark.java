package io.pmboot.benchmark;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Messages of 100 bytes from a worker by way of the master to another worker, beside
 * Node's IPC and Redis' pub/sub where these are installed. Started as a master by
 * {@code scripts/benchmark-messages.sh}.
 */
@SpringBootApplication
public class MessageBenchmark {

	public static void main(String[] args) {
		SpringApplication.run(MessageBenchmark.class, args);
	}

}
