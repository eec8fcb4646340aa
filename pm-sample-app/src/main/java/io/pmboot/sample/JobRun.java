package io.pmboot.sample;

import java.time.Instant;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** One run of the job. */
@Entity
class JobRun {

	@Id
	@GeneratedValue
	private @Nullable Long id;

	private Instant at = Instant.now();

	@Nullable Long getId() {
		return this.id;
	}

	Instant getAt() {
		return this.at;
	}

}
