package com.example.extra;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

@AutoConfiguration
public class ExtraAutoConfiguration {

	@Bean
	Integer extra() {
		return 1;
	}

}
