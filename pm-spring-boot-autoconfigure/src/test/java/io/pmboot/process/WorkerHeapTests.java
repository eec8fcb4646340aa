package io.pmboot.process;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerHeapTests {

	// Two workers and a successor; the first two have what a JVM takes by itself.
	@ParameterizedTest
	@CsvSource({ "24000, 3, 6000", "4000, 3, 1000", "2000, 3, 433", "1000, 3, 100", "600, 3, 64", "16000, 11, 1281",
			"4000, 21, 64", "100, 0, 64" })
	void allFitBesideTheMaster(long memory, int workers, long heap) {
		assertThat(WorkerHeap.share(DataSize.ofMegabytes(memory).toBytes(), workers))
			.isEqualTo(DataSize.ofMegabytes(heap).toBytes());
	}

	@ParameterizedTest
	@CsvSource({ "1000, 3", "2000, 6", "8000, 20", "24000, 50" })
	void togetherTheyTakeNoMoreThanThereIs(long megabytes, int workers) {
		long memory = DataSize.ofMegabytes(megabytes).toBytes();
		long each = WorkerHeap.share(memory, workers) + WorkerHeap.BESIDES.toBytes();
		assertThat(workers * each + WorkerHeap.MASTER.toBytes()).isLessThanOrEqualTo(memory);
	}

}
