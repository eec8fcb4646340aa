package io.pmboot.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** The work of group {@code jobs}: each group has a profile of its name. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@Profile("jobs")
class Jobs {

	private static final Logger logger = LoggerFactory.getLogger(Jobs.class);

	private final JobRunRepository runs;

	Jobs(JobRunRepository runs) {
		this.runs = runs;
	}

	@Scheduled(cron = "${sample.job-cron:*/30 * * * * *}")
	void run() {
		JobRun run = this.runs.save(new JobRun());
		logger.info("Job run {} at {}", run.getId(), run.getAt());
	}

}
