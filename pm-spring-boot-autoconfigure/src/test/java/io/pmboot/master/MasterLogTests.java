package io.pmboot.master;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class MasterLogTests {

	@Test
	void processOneIsToldThatNothingReaps(CapturedOutput output) {
		MasterLog.started(1);
		assertThat(output).containsOnlyOnce("nothing reaps what workers start");
	}

	@Test
	void anyOtherProcessIsNot(CapturedOutput output) {
		MasterLog.started(2);
		assertThat(output).doesNotContain("reaps");
	}

}
