package com.example.schedule;

import org.springframework.scheduling.annotation.Scheduled;

/** Scheduled work. */
public class Report {

	@Scheduled(fixedDelayString = "1h", initialDelayString = "1h")
	void send() {
	}

	@Scheduled(cron = "0 0 3 1 1 *")
	void archive() {
	}

}
