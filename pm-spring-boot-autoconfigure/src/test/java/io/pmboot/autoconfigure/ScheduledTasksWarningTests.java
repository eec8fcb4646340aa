package io.pmboot.autoconfigure;

import com.example.schedule.Report;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class ScheduledTasksWarningTests {

	@Test
	void namesBeansAndMethodsOnceAndSaysWhatToDo(CapturedOutput output) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Scheduling.class,
				Warning.class)) {
			assertThat(context.isActive()).isTrue();
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("@Scheduled"))).singleElement()
			.satisfies((line) -> assertThat(line).contains("Group 'web' has 3 workers")
				.contains("bean [nightly] (com.example.schedule.Report.send)")
				.contains("bean [nightly] (com.example.schedule.Report.archive)")
				.contains("children: 1", "ShedLock", "Worker.index()"));
	}

	@Test
	void saysNothingWhereNothingIsScheduled(CapturedOutput output) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Nothing.class,
				Warning.class)) {
			assertThat(context.isActive()).isTrue();
		}
		assertThat(output).doesNotContain("@Scheduled");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		Report nightly() {
			return new Report();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Nothing {

	}

	@Configuration(proxyBeanMethods = false)
	static class Warning {

		@Bean
		ScheduledTasksWarning warning(ApplicationContext context, ScheduledTaskHolder tasks) {
			return new ScheduledTasksWarning(context, tasks, "web", 3);
		}

	}

}
