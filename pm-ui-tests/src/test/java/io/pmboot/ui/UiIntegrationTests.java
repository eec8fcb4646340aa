package io.pmboot.ui;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What somebody sees and does who has the master's page open in a browser: Chromium with
 * its driver, both on the path.
 */
@Timeout(600)
class UiIntegrationTests {

	private static final Path SCREENSHOTS = Path.of(System.getProperty("ui.screenshots", "target/screenshots"));

	@TempDir
	private Path directory;

	private MasterProcess master;

	private ChromeDriver browser;

	@BeforeEach
	void open() throws Exception {
		this.master = MasterProcess.ready(this::launch);
		ChromeDriverService driver = new ChromeDriverService.Builder().usingDriverExecutable(program("chromedriver"))
			.build();
		ChromeOptions options = new ChromeOptions().setBinary(program("chromium"))
			.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
		this.browser = new ChromeDriver(driver, options);
		this.browser.manage().window().setSize(new Dimension(1280, 1000));
		this.browser.get("http://localhost:%d/actuator/pm/ui".formatted(this.master.masterPort()));
		awaitText("#live", "live");
	}

	private void launch(ApplicationLaunch application) {
		application
			.classPath(System.getProperty("java.class.path"), UiApplication.class.getName(),
					this.directory.resolve("arguments"))
			.property("pm.groups.web.children", 2)
			.property("pm.groups.web.reload.observe", "2s");
	}

	private static File program(String name) {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.map((folder) -> new File(folder, name))
			.filter(File::canExecute)
			.findFirst()
			.orElseThrow(() -> new AssertionError(
					"'%s' is not on the path: install chromium and chromium-driver".formatted(name)));
	}

	@AfterEach
	void close() throws Exception {
		try {
			if (this.browser != null) {
				this.browser.quit();
			}
		}
		finally {
			if (this.master != null) {
				this.master.close();
			}
		}
	}

	@Test
	void aReloadIsStartedByAClickFollowedHeldAndPromoted() throws Exception {
		try (LoadClient load = LoadClient.on(this.master.port()).keepAlive(4).start()) {
			load.awaitAnswers(20);
			click("Reload and hold");
			awaitText("[data-group=web]", "Promote");
			awaitText("[data-group=web]", "Generation 2:");
			screenshot("hold");
			assertThat(this.master.group("web").workers()).extracting("generation").contains(1, 2);
			click("Promote");
			awaitText("[data-group=web] .reload", "COMPLETED");
			assertThat(this.master.group("web").workers()).extracting("generation").containsOnly(2);
			awaitText("#history", "RELOAD COMPLETED");
			screenshot("light");
			this.browser.executeCdpCommand("Emulation.setEmulatedMedia",
					Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
			screenshot("dark");
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result.toString()).isZero();
		}
		assertNothingWasRefused();
	}

	@Test
	void aGroupIsScaledByKeysAndAWorkersOutputIsRead() throws Exception {
		until(() -> {
			find("[data-group=web] [data-key='web+']").sendKeys(Keys.ENTER);
			return true;
		}, "a button '+'");
		awaitText("[data-group=web]", "3 workers");
		// The button is another one by now, and has the focus all the same.
		until(() -> this.browser.switchTo().activeElement().getText().equals("+"), "the focus on '+'");
		this.master.awaitComplete("web");
		click("Output");
		awaitText("#log-lines", "UiApplication");
		click("Stop");
		find("#ask-yes").click();
		awaitText("[data-group=web]", "STOPPED");
		click("Start");
		awaitText("[data-group=web]", "RUNNING");
		assertNothingWasRefused();
	}

	@Test
	void itFitsAPhone() throws Exception {
		this.browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", 390, "height", 844, "deviceScaleFactor", 2, "mobile", true));
		awaitText("[data-group=web]", "RUNNING");
		assertThat(this.browser.executeScript("return document.documentElement.scrollWidth <= innerWidth"))
			.isEqualTo(true);
		screenshot("phone");
	}

	private void click(String text) {
		until(() -> {
			this.browser.findElement(By.xpath("//section//button[text()='%s']".formatted(text))).click();
			return true;
		}, "a button '%s'".formatted(text));
	}

	private WebElement find(String selector) {
		return this.browser.findElement(By.cssSelector(selector));
	}

	private void awaitText(String selector, String text) {
		until(() -> find(selector).getText().contains(text), "'%s' in %s".formatted(text, selector));
	}

	// The page makes its elements anew each second.
	private void until(Condition condition, String what) {
		new WebDriverWait(this.browser, Duration.ofSeconds(120)).ignoring(StaleElementReferenceException.class)
			.ignoring(org.openqa.selenium.NoSuchElementException.class)
			.withMessage(() -> "%s; the page has: %s".formatted(what, find("body").getText()))
			.until((driver) -> condition.holds());
	}

	private void screenshot(String name) throws IOException {
		Files.createDirectories(SCREENSHOTS);
		Files.write(SCREENSHOTS.resolve(name + ".png"), this.browser.getScreenshotAs(OutputType.BYTES));
	}

	private void assertNothingWasRefused() {
		assertThat(this.browser.manage().logs().get("browser").getAll())
			.noneMatch((entry) -> entry.getLevel().intValue() >= Level.SEVERE.intValue());
	}

	private interface Condition {

		boolean holds();

	}

}
