package com.example.app;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ShopController {

	@GetMapping("/shop")
	String shop() {
		return "open";
	}

	@GetMapping("/basket")
	String basket(HttpServletRequest request) {
		return request.getSession().getId();
	}

}
