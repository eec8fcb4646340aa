package com.example.reach.batch;

import com.example.reach.Loud;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Serves nothing, though its class path could. */
@SpringBootApplication
public class BatchApplication {

	@Bean
	Loud loud() {
		return new Loud();
	}

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(BatchApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
	}

}
