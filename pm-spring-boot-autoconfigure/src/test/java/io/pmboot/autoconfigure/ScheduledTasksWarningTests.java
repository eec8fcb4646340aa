package io.pmboot.autoconfigure;

import java.time.Duration;
import java.util.List;

import com.example.schedule.Report;
import io.pmboot.control.Frame;
import io.pmboot.settings.GroupProperties.Reload.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;
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

	@ParameterizedTest
	@CsvSource({ "1, '', START_FIRST, true", "1, '', HANDOVER, false", "1, '', STOP_FIRST, false",
			"1, 8080, START_FIRST, false", "0, '', START_FIRST, true" })
	void tellsAGroupThatIsThereForItHowToRunItOnce(int children, String listen, Order order, boolean told,
			CapturedOutput output) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Scheduling.class)) {
			new ScheduledTasksWarning(context, context.getBean(ScheduledTaskHolder.class),
					welcome(children, listen.isEmpty() ? new String[0] : new String[] { listen }), order,
					new Findings(new MockEnvironment(), null))
				.afterSingletonsInstantiated();
		}
		assertThat(output.getOut().contains("Set pm.groups.web.reload.order to handover")).isEqualTo(told);
	}

	private static Frame.Welcome welcome(int children, String... listeners) {
		return new Frame.Welcome(1, "web", 0, 1, List.of(listeners), Duration.ZERO, children, Duration.ZERO, 1,
				List.of());
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
			return new ScheduledTasksWarning(context, tasks, welcome(3), Order.HANDOVER,
					new Findings(new MockEnvironment(), null));
		}

	}

}
