package com.example.app.master;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

@Configuration
@Profile("master")
class MasterConfiguration {

	@Bean
	StringBuilder masterNote(@Value("${server.port:none}") String port) {
		return new StringBuilder(port);
	}

	@Bean
	@ConditionalOnProperty("shop.needy")
	Needy needy(String shopName) {
		return new Needy();
	}

	static class Needy {

	}

}
