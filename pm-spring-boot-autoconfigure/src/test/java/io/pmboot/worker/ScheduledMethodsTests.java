package io.pmboot.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScheduledMethods}, with a scheduler that records what it is given.
 */
class ScheduledMethodsTests {

	@Test
	void nothingIsScheduledBeforeTheActivationNorAfterTheDrainBegan() throws Exception {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Jobs.class)) {
			RecordingScheduler scheduler = context.getBean(RecordingScheduler.class);
			ScheduledMethods methods = context.getBean(ScheduledMethods.class);
			assertThat(context.isActive()).isTrue();
			assertThat(scheduler.scheduled).isEmpty();
			methods.open().toCompletableFuture().get(30, TimeUnit.SECONDS);
			assertThat(scheduler.scheduled).hasSize(2).noneMatch(FutureTask::isCancelled);
			assertThat(methods.drain(DrainReason.RELOAD).toCompletableFuture()).isCompleted();
			assertThat(scheduler.scheduled).hasSize(2).allMatch(FutureTask::isCancelled);
		}
	}

	@Test
	void theDrainWaitsForWhatRuns() throws Exception {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Jobs.class)) {
			ScheduledMethods methods = context.getBean(ScheduledMethods.class);
			methods.open().toCompletableFuture().get(30, TimeUnit.SECONDS);
			Jobs jobs = context.getBean(Jobs.class);
			Thread running = new Thread(context.getBean(RecordingScheduler.class).scheduled.get(1));
			running.start();
			jobs.running.await();
			CompletableFuture<Void> drained = methods.drain(DrainReason.HANDOVER).toCompletableFuture();
			assertThat(drained).isNotDone();
			jobs.end.countDown();
			drained.get(30, TimeUnit.SECONDS);
			running.join();
		}
	}

	@Test
	void whatIsScheduledSlowlyHoldsUpNoLoopAndIsDrainedAfterwards() throws Exception {
		ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(SlowJobs.class)) {
			ScheduledMethods methods = context.getBean(ScheduledMethods.class);
			SlowJobs jobs = context.getBean(SlowJobs.class);
			CompletableFuture<Void> opened = new CompletableFuture<>();
			CompletableFuture<Void> drained = new CompletableFuture<>();
			loop.execute(() -> methods.open().thenRun(() -> opened.complete(null)));
			jobs.registering.await();
			loop.execute(() -> methods.drain(DrainReason.STOP).thenRun(() -> drained.complete(null)));
			loop.submit(() -> {
			}).get(30, TimeUnit.SECONDS);
			assertThat(opened).isNotDone();
			assertThat(drained).isNotDone();
			jobs.register.countDown();
			drained.get(30, TimeUnit.SECONDS);
			assertThat(context.getBean(RecordingScheduler.class).scheduled).hasSize(1)
				.allMatch(FutureTask::isCancelled);
		}
		finally {
			loop.shutdownNow();
		}
	}

	@Test
	void saysWhatCannotBeScheduled() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(BrokenJobs.class)) {
			CompletableFuture<Void> opened = context.getBean(ScheduledMethods.class).open().toCompletableFuture();
			assertThat(opened).failsWithin(Duration.ofSeconds(30)).withThrowableThat().withMessageContaining("no jobs");
		}
	}

	@Test
	void aWorkerThatIsNeverActivatedSchedulesNothing() {
		RecordingScheduler scheduler;
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Jobs.class)) {
			scheduler = context.getBean(RecordingScheduler.class);
			context.getBean(ScheduledMethods.class).drain(DrainReason.STOP);
		}
		assertThat(scheduler.scheduled).isEmpty();
	}

	/**
	 * What every application here has.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		RecordingScheduler taskScheduler() {
			return new RecordingScheduler();
		}

		@Bean
		ScheduledMethods scheduledMethods(
				@Qualifier(TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME) ScheduledAnnotationBeanPostProcessor processor,
				AnnotationConfigApplicationContext context) {
			return new ScheduledMethods(processor, TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME,
					context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Scheduling.class)
	static class SlowJobs implements SchedulingConfigurer {

		final CountDownLatch registering = new CountDownLatch(1);

		final CountDownLatch register = new CountDownLatch(1);

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			this.registering.countDown();
			try {
				this.register.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			registrar.addCronTask(() -> {
			}, "*/5 * * * * *");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Scheduling.class)
	static class BrokenJobs implements SchedulingConfigurer {

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			throw new IllegalStateException("no jobs");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Scheduling.class)
	static class Jobs {

		final CountDownLatch running = new CountDownLatch(1);

		final CountDownLatch end = new CountDownLatch(1);

		@Scheduled(cron = "*/5 * * * * *")
		void bySlot() {
		}

		@Scheduled(fixedRate = 1000)
		void byRate() throws InterruptedException {
			this.running.countDown();
			this.end.await();
		}

	}

	static class RecordingScheduler implements TaskScheduler {

		final List<Recorded> scheduled = new ArrayList<>();

		@Override
		public @Nullable ScheduledFuture<?> schedule(Runnable task, Trigger trigger) {
			return record(task);
		}

		@Override
		public ScheduledFuture<?> schedule(Runnable task, Instant startTime) {
			return record(task);
		}

		@Override
		public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Instant startTime, Duration period) {
			return record(task);
		}

		@Override
		public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
			return record(task);
		}

		@Override
		public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Instant startTime, Duration delay) {
			return record(task);
		}

		@Override
		public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Duration delay) {
			return record(task);
		}

		private Recorded record(Runnable task) {
			Recorded recorded = new Recorded(task);
			this.scheduled.add(recorded);
			return recorded;
		}

	}

	static class Recorded extends FutureTask<Void> implements ScheduledFuture<Void> {

		Recorded(Runnable task) {
			super(task, null);
		}

		@Override
		public long getDelay(TimeUnit unit) {
			return 0;
		}

		@Override
		public int compareTo(Delayed other) {
			return 0;
		}

	}

}
