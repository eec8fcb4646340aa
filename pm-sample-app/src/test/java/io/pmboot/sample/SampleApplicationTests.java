package io.pmboot.sample;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/** A test of an application that has the starter is an ordinary test. */
@SpringBootTest(properties = "sample.job-cron=-")
@ActiveProfiles("jobs")
class SampleApplicationTests {

	@Autowired
	private Jobs jobs;

	@Autowired
	private JobRunRepository runs;

	@Test
	void jobRecordsItsRuns() {
		long before = this.runs.count();
		this.jobs.run();
		assertThat(this.runs.count()).isGreaterThan(before);
	}

}
