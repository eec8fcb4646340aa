package io.pmboot.autoconfigure;

import java.nio.file.Path;

import com.example.app.ShopApplication;
import io.pmboot.PmRole;
import io.pmboot.env.MasterDefaults;
import io.pmboot.env.Roles;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the role in Boot's own tests.
 */
class SpringBootTestRoleTests {

	@TempDir
	private static Path temporary;

	abstract class Role {

		@Autowired
		private ConfigurableApplicationContext context;

		void assertRole(PmRole role) {
			boolean master = role == PmRole.MASTER;
			assertThat(Roles.of(this.context.getEnvironment())).isEqualTo(role);
			assertThat(this.context.containsBean("shopName")).isNotEqualTo(master);
			assertThat(this.context.getBeansOfType(PmProperties.class).isEmpty()).isNotEqualTo(master);
			assertThat(this.context.getEnvironment().getPropertySources().contains(MasterDefaults.PROPERTY_SOURCE))
				.isEqualTo(master);
		}

	}

	@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.NONE)
	@ActiveProfiles("master")
	@Nested
	class WithProfileTests extends Role {

		@Test
		void thereIsNoRole() {
			assertRole(PmRole.NONE);
		}

	}

	@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.NONE,
			useMainMethod = UseMainMethod.ALWAYS, properties = "spring.profiles.active=worker")
	@Nested
	class WithMainMethodTests extends Role {

		@Test
		void thereIsNoRole() {
			assertRole(PmRole.NONE);
		}

	}

	@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.NONE,
			properties = { "pm.enabled=true", "pm.groups.web.children=0" })
	@ActiveProfiles("master")
	@DirtiesContext
	@Nested
	class WhereEnabledTests extends Role {

		@DynamicPropertySource
		static void properties(DynamicPropertyRegistry registry) {
			registry.add("pm.master.run-directory", () -> temporary.resolve("run"));
		}

		@Test
		void theRoleIsTheProfiles() {
			assertRole(PmRole.MASTER);
		}

	}

}
