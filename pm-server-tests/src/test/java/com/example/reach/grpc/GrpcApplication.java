package com.example.reach.grpc;

import com.example.reach.Loud;
import io.grpc.BindableService;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service of gRPC, beside the web where there is one. */
@SpringBootApplication
@RestController
public class GrpcApplication {

	@Bean
	Loud loud() {
		return new Loud();
	}

	@Bean
	BindableService echo(@Value("${load.fail-percent:0}") int failPercent) {
		return new Echo(failPercent);
	}

	@GetMapping("/load/**")
	String load(HttpServletRequest request) {
		return request.getRequestURI();
	}

	public static void main(String[] args) {
		SpringApplication.run(GrpcApplication.class, args);
	}

}
