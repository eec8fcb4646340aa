package io.pmboot.actuate;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.pmboot.Master;
import io.pmboot.master.InitiatedMaster;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * The master's endpoint, health and meters, and who is answered, on each web stack. For
 * an auto-configuration after those of the web endpoints, which declares the
 * {@link Settings}.
 */
@Configuration(proxyBeanMethods = false)
public class PmActuatorConfiguration {

	@Bean
	Leftovers pmLeftovers(Settings settings, ObjectProvider<PrometheusPage> metrics) {
		return new Leftovers(settings.runDirectory(), () -> metrics.getIfAvailable() != null);
	}

	/**
	 * What is configured of it.
	 *
	 * @param address the address that the master's web server is bound to
	 * @param allowedUsers who may change something, as an {@link OperatorPolicy} has it;
	 * asked on loopback only
	 * @param own whether a request, as the server knows it, came by a way that only the
	 * master's user and root have
	 * @param groups the names of the groups
	 * @param runDirectory the run directory
	 */
	public record Settings(InetAddress address, Collection<String> allowedUsers, Predicate<Object> own,
			List<String> groups, Path runDirectory) {

		OperatorPolicy operators() {
			return new OperatorPolicy(this.address.isLoopbackAddress() ? this.allowedUsers : Set.of("*"), this.own);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Endpoint.class)
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		PmEndpoint pmEndpoint(Master master) {
			return new PmEndpoint(master);
		}

		@Bean
		PmEndpoint.WebExtension pmEndpointWebExtension(Master master) {
			return new PmEndpoint.WebExtension(master);
		}

		@Bean
		PmEndpoint.JmxExtension pmEndpointJmxExtension(InitiatedMaster master) {
			return new PmEndpoint.JmxExtension(master);
		}

		@Bean
		ReloadProgress pmReloadProgress(Master master) {
			return new ReloadProgress(master);
		}

		@Bean
		History pmHistory(Master master, Settings settings) {
			return new History(settings.runDirectory().resolve("history"), master.pid(), Clock.systemUTC());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnBean(PathMappedEndpoints.class)
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class WebConfiguration {

		@Bean
		WorkerRelay pmWorkerRelay(InitiatedMaster master, Settings settings) {
			return new WorkerRelay(master, settings.runDirectory());
		}

		@Bean
		Ui pmUi(InitiatedMaster master, ApplicationContext context) {
			return new Ui(master, context);
		}

		@Bean
		Sources pmSources(InitiatedMaster master, ReloadProgress progress, History history, WorkerRelay relay, Ui ui,
				ObjectProvider<PrometheusPage> metrics, PathMappedEndpoints endpoints,
				EndpointAccessResolver accessResolver) {
			return new Sources(new Operations(master, endpoints, accessResolver), progress, history, relay, ui,
					metrics.getIfAvailable());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnBean(PathMappedEndpoints.class)
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class WebMvcConfiguration {

		@Bean
		PmWebMvcHandlerMapping pmWebMvcHandlerMapping(Sources sources) {
			return new PmWebMvcHandlerMapping(sources);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnBean(PathMappedEndpoints.class)
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class WebFluxConfiguration {

		@Bean
		PmWebFluxHandlerMapping pmWebFluxHandlerMapping(Sources sources) {
			return new PmWebFluxHandlerMapping(sources);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(Filter.class)
	static class RequestOriginConfiguration {

		@Bean
		RequestOriginFilter pmRequestOriginFilter(Settings settings) {
			return new RequestOriginFilter(RequestOriginPolicy.boundTo(settings.address()), settings.operators());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveRequestOriginConfiguration {

		@Bean
		RequestOriginWebFilter pmRequestOriginWebFilter(Settings settings) {
			return new RequestOriginWebFilter(RequestOriginPolicy.boundTo(settings.address()), settings.operators());
		}

	}

	/**
	 * The one page of metrics. Where the master has none of its own, there is none.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(PrometheusScrapeEndpoint.class)
	@ConditionalOnBean({ PrometheusScrapeEndpoint.class, PathMappedEndpoints.class })
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class PrometheusConfiguration {

		@Bean
		WorkerMetrics pmWorkerMetrics(InitiatedMaster master, Settings settings, ObjectProvider<PmMeters> meters) {
			return new WorkerMetrics(master, settings.runDirectory(),
					(group) -> meters.ifAvailable((all) -> all.unanswered(group)));
		}

		@Bean
		PrometheusPage pmPrometheusPage(PrometheusScrapeEndpoint own, WorkerMetrics workers,
				PathMappedEndpoints endpoints) {
			return new PrometheusPage(own, workers, endpoints);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnEnabledHealthIndicator("pm")
		PmHealthIndicator pmHealthIndicator(Master master) {
			return new PmHealthIndicator(master);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetersConfiguration {

		@Bean
		PmMeters pmMeters(InitiatedMaster master, Settings settings) {
			return new PmMeters(master, settings.groups());
		}

	}

}
