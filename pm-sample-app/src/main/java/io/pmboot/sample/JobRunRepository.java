package io.pmboot.sample;

import org.springframework.data.repository.CrudRepository;

/** The runs of the job. */
interface JobRunRepository extends CrudRepository<JobRun, Long> {

}
