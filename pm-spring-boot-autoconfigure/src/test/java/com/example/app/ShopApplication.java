package com.example.app;

import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * An application that does all it can on its main class, none of which is to run in a
 * master.
 */
@SpringBootApplication
@EnableScheduling
@Import(ShopApplication.Imported.class)
public class ShopApplication {

	public static final AtomicInteger instances = new AtomicInteger();

	ShopApplication() {
		instances.incrementAndGet();
	}

	@Bean
	String shopName() {
		return "shop";
	}

	@Scheduled(fixedDelay = 60_000)
	void work() {
	}

	public static void main(String[] args) {
		SpringApplication.run(ShopApplication.class, args);
	}

	public static class Imported {

	}

}
