package io.pmboot;

import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which package may depend on which, and what only one of them may do.
 */
class ArchitectureTests {

	private static final String ROOT = "io.pmboot";

	/** Each package, and those of ours that it may know. The root is called api. */
	private static final Map<String, Set<String>> ARROWS = Map.ofEntries(Map.entry("api", Set.of()),
			Map.entry("loop", Set.of()), Map.entry("event", Set.of("api")), Map.entry("control", Set.of("api", "loop")),
			Map.entry("message", Set.of("api", "loop", "event", "control")),
			Map.entry("process", Set.of("api", "loop", "control")), Map.entry("socket", Set.of("api")),
			Map.entry("settings", Set.of("api", "socket")),
			Map.entry("master", Set.of("api", "loop", "event", "control", "message", "process", "socket", "settings")),
			Map.entry("accept", Set.of("api", "loop", "socket")),
			Map.entry("worker", Set.of("api", "loop", "event", "control", "message", "socket", "accept")),
			Map.entry("env", Set.of("api", "control")),
			Map.entry("ready", Set.of("api", "loop", "socket", "settings", "worker", "web")),
			Map.entry("web", Set.of("api", "loop", "socket", "accept")),
			Map.entry("web.tomcat", Set.of("api", "loop", "socket", "accept", "web")),
			Map.entry("web.jetty", Set.of("api", "loop", "socket", "accept", "web")),
			Map.entry("web.netty", Set.of("loop", "socket", "accept")),
			Map.entry("web.reactornetty", Set.of("api", "loop", "socket", "accept", "web", "web.netty")),
			Map.entry("web.grpc", Set.of("loop", "socket", "accept", "web.netty")),
			Map.entry("actuate", Set.of("api", "loop", "event", "master", "socket", "web")),
			Map.entry("command", Set.of("loop", "socket", "process")),
			Map.entry("autoconfigure",
					Set.of("api", "loop", "event", "control", "message", "process", "socket", "settings", "master",
							"accept", "worker", "env", "ready", "web.tomcat", "web.jetty", "web.reactornetty",
							"web.grpc", "web", "actuate", "command")));

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("pm-test-support"))
		.importPackages(ROOT);

	@TestFactory
	Stream<DynamicTest> packagesDependOnlyOnWhatTheTableAllows() {
		return ARROWS.keySet()
			.stream()
			.sorted()
			.map((from) -> DynamicTest.dynamicTest(from, () -> ArchRuleDefinition.noClasses()
				.that(in(from))
				.should()
				.dependOnClassesThat(ours().and(DescribedPredicate.not(in(from)))
					.and(DescribedPredicate.not(inAnyOf(ARROWS.get(from)))))
				.because(("%s may know %s alone: whoever changes a package should see in this table who is affected")
					.formatted(from, ARROWS.get(from)))
				.allowEmptyShould(true)
				.check(CLASSES)));
	}

	@Test
	void everyPackageIsInTheTable() {
		List<String> unknown = CLASSES.stream()
			.map(JavaClass::getPackageName)
			.distinct()
			.filter((name) -> ARROWS.keySet().stream().noneMatch((known) -> name.equals(packageName(known))))
			.toList();
		assertThat(unknown).as("packages without a row in the table of this test").isEmpty();
	}

	@Test
	void packagesHaveNoCycles() {
		SlicesRuleDefinition.slices()
			.matching(ROOT + ".(**)")
			.should()
			.beFreeOfCycles()
			.because("packages that need each other are one package")
			.check(CLASSES);
	}

	@Test
	void processesAreStartedInOnePackage() {
		check(ArchRuleDefinition.noClasses()
			.that(outside("process"))
			.should()
			.dependOnClassesThat(type("java.lang.ProcessBuilder", "java.lang.Process"))
			.orShould()
			.callMethod(Runtime.class, "exec", String[].class)
			.because("the command line of a worker, its output and its exit are one thing, behind ProcessLauncher"));
	}

	@Test
	void signalsAreHandledInOnePackage() {
		check(ArchRuleDefinition.noClasses()
			.that(outside("process"))
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("sun.misc..")
				.or(JavaClass.Predicates.resideInAPackage("jdk.internal.misc..")))
			.because("whoever handles a signal takes it from everybody else in the JVM"));
	}

	@Test
	void privateCodeOfTheJdkIsOpenedInOneClass() {
		check(ArchRuleDefinition.noClasses()
			.that(named("are not JdkSockets", (type) -> !type.getSimpleName().equals("JdkSockets")))
			.should()
			.callMethod(AccessibleObject.class, "setAccessible", boolean.class)
			.orShould()
			.callMethod(Method.class, "setAccessible", boolean.class)
			.orShould()
			.callMethod(Constructor.class, "setAccessible", boolean.class)
			.because("a JDK that changes breaks one class, which says so"));
	}

	@Test
	void reactorNettyIsKnownInOnePackage() {
		check(ArchRuleDefinition.noClasses()
			.that(outside("web.reactornetty"))
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("reactor.netty.."))
			.because("an application with another server, or none, has no Reactor Netty on its class path"));
	}

	@Test
	void grpcIsKnownInOnePackage() {
		check(ArchRuleDefinition.noClasses()
			.that(outside("web.grpc"))
			.and(outside("autoconfigure"))
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage("io.grpc..", "org.springframework.grpc.."))
			.because("an application without gRPC has none of it on its class path"));
	}

	@Test
	void jettyIsKnownInOnePackage() {
		check(ArchRuleDefinition.noClasses()
			.that(outside("web.jetty"))
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.eclipse.jetty.."))
			.because("an application with another server, or none, has no Jetty on its class path"));
	}

	@Test
	void whatRunsOnAnEventLoopDoesNotWaitForItsLog() {
		Set<String> onOtherThreads = Set.of("DefaultMaster", "MasterLifecycle", "MasterLog", "MasterSignals",
				"Acceptor", "LongRequests", "WorkerConnection", "WorkerLifecycle");
		check(ArchRuleDefinition.noClasses()
			.that(inAnyOf(Set.of("control", "accept", "master", "worker"))
				.and(named("may run on an event loop", (type) -> !onOtherThreads.contains(type.getSimpleName()))))
			.should()
			.dependOnClassesThat(type("org.apache.commons.logging.Log", "org.apache.commons.logging.LogFactory"))
			.because("a log may be a file on a disk that hangs: LoopLog waits for it on a thread of its own"));
	}

	@Test
	void threadsAndExecutorsAreMadeInOnePackage() {
		// A library that asks for its own kind: Netty for its event loops, whose buffers
		// are quick on its own threads alone, and Tomcat for its pool of request threads.
		Set<String> asTheirLibraryWants = Set.of("NativeTransport", "SharedGrpc", "RequestThreads",
				"SharedNioEndpoint");
		check(ArchRuleDefinition.noClasses()
			.that(outside("loop"))
			.and(named("are free to choose", (type) -> !asTheirLibraryWants.contains(type.getSimpleName())))
			.should()
			.callConstructorWhere(DescribedPredicate.describe("it makes a thread or an executor",
					(call) -> call.getTargetOwner().isAssignableTo(Thread.class)
							|| call.getTargetOwner().isAssignableTo(ExecutorService.class)))
			.orShould()
			.dependOnClassesThat(type("java.util.concurrent.Executors"))
			.because(
					"whether a thread keeps the process alive, and what happens where none is to be had, is told once: in Threads"));
	}

	@Test
	void tomcatIsKnownInOnePackage() {
		check(ArchRuleDefinition.noClasses()
			.that(outside("web.tomcat"))
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.apache.catalina..")
				.or(JavaClass.Predicates.resideInAPackage("org.apache.coyote.."))
				.or(JavaClass.Predicates.resideInAPackage("org.apache.tomcat..")))
			.because("an application with another server, or none, has no Tomcat on its class path"));
	}

	@Test
	void theJvmIsEndedInOneClass() {
		DescribedPredicate<JavaClass> jvmExit = named("is JvmExit",
				(type) -> type.getName().equals(packageName("process") + ".JvmExit"));
		ArchRule rule = ArchRuleDefinition.noClasses()
			.that(DescribedPredicate.not(jvmExit))
			.should()
			.callMethod(System.class, "exit", int.class)
			.orShould()
			.callMethod(Runtime.class, "exit", int.class)
			.orShould()
			.callMethod(Runtime.class, "halt", int.class)
			.because("an exit code is decided in one place, and tests replace that place");
		check(rule);
	}

	@Test
	void whatIsWrittenAsUsersWouldKnowsTheApiAlone() throws IOException {
		Pattern ofOurs = Pattern.compile("\\bio\\.pmboot\\.([a-z]+)\\.");
		// The command is nothing to compile against: its main class is started.
		Set<String> known = Set.of("event", "command", "test", "sample", "server", "discovery", "benchmark");
		List<String> others = new ArrayList<>();
		for (String module : List.of("sample-app", "server-tests", "discovery-tests", "benchmarks", "test-support")) {
			try (Stream<Path> files = Files.walk(Path.of("../pm-" + module, "src"))) {
				for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
					ofOurs.matcher(Files.readString(file))
						.results()
						.filter((name) -> !known.contains(name.group(1)))
						.forEach((name) -> others.add("%s: %s".formatted(file, name.group())));
				}
			}
		}
		assertThat(others).as("what an application needs is in io.pmboot or io.pmboot.event").isEmpty();
	}

	@Test
	void theApiSaysSinceWhenAndTheRestThatItIsNone() throws IOException {
		Path sources = Path.of("src/main/java/io/pmboot");
		try (Stream<Path> files = Files.walk(sources)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				boolean api = Set.of("", "event").contains(sources.relativize(file.getParent()).toString());
				boolean aboutPackage = file.endsWith("package-info.java");
				if (api != aboutPackage) {
					assertThat(file).content().contains(api ? "@since" : "No API");
				}
			}
		}
	}

	@Test
	void ourBeansAreSeenByNobody() {
		check(ArchRuleDefinition.noMethods()
			.that()
			.areAnnotatedWith("org.springframework.context.annotation.Bean")
			.should()
			.bePublic()
			.because("nobody is to call a bean method but Spring"));
	}

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

	private static String packageName(String name) {
		return name.equals("api") ? ROOT : ROOT + "." + name;
	}

	private static DescribedPredicate<JavaClass> in(String name) {
		return named("is in " + name, (type) -> type.getPackageName().equals(packageName(name)));
	}

	private static DescribedPredicate<JavaClass> inAnyOf(Set<String> names) {
		return named("is in one of " + names,
				(type) -> names.stream().anyMatch((name) -> type.getPackageName().equals(packageName(name))));
	}

	private static DescribedPredicate<JavaClass> outside(String name) {
		return DescribedPredicate.not(in(name));
	}

	private static DescribedPredicate<JavaClass> ours() {
		return named("is ours", (type) -> type.getPackageName().equals(ROOT) || type.getName().startsWith(ROOT + "."));
	}

	private static DescribedPredicate<JavaClass> type(String... names) {
		return named("is one of " + List.of(names), (type) -> List.of(names).contains(type.getName()));
	}

	private static DescribedPredicate<JavaClass> named(String description, Predicate<JavaClass> predicate) {
		return DescribedPredicate.describe(description, predicate);
	}

}
