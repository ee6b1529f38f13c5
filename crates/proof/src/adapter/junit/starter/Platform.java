// Runs the tests of JUnit's platform that surefire was to run, for a first opinion, and prints what came of each:
// a record separator, `passed`, `failed` or `skipped`, the id, and of a failure the message, apart by tabs.
import java.io.File;
import java.io.FileInputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

public final class Platform implements TestExecutionListener {
    private final PrintStream out = System.out;

    /** What surefire was told, the properties it was to set, and the project's own folders. */
    public static void main(String[] arguments) throws Exception {
        Properties told = read(arguments[0]);
        read(arguments[1]).forEach((name, value) -> System.setProperty((String) name, (String) value));
        List<URL> folders = new ArrayList<>();
        for (int at = 2; at < arguments.length; at++) {
            folders.add(new File(arguments[at]).toURI().toURL());
        }
        ClassLoader loader = new URLClassLoader(folders.toArray(new URL[0]), Platform.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        for (int at = 0; told.getProperty("tc." + at) != null; at++) {
            request.selectors(DiscoverySelectors.selectClass(Class.forName(told.getProperty("tc." + at), false, loader)));
        }
        Pattern methods = methods(told.getProperty("requestedTest", ""));
        request.filters((PostDiscoveryFilter) descriptor -> {
            boolean other = descriptor.getSource().filter(source -> source instanceof MethodSource)
                .filter(source -> !methods.matcher(((MethodSource) source).getMethodName()).matches()).isPresent();
            return FilterResult.includedIf(!other);
        });
        LauncherFactory.create().execute(request.build(), new Platform());
        System.out.flush();
        System.exit(0);
    }

    private static Properties read(String path) throws Exception {
        Properties properties = new Properties();
        try (FileInputStream file = new FileInputStream(path)) {
            properties.load(file);
        }
        return properties;
    }

    /** `A#one+t?o,B#three*`; a class alone stands for all of its methods. */
    private static Pattern methods(String requested) {
        StringBuilder pattern = new StringBuilder();
        for (String one : requested.split(",")) {
            String names = one.contains("#") ? one.substring(one.indexOf('#') + 1) : "*";
            for (String name : names.split("\\+")) {
                String quoted = Pattern.quote(name).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
                pattern.append(pattern.length() == 0 ? "" : "|").append(quoted);
            }
        }
        return Pattern.compile(pattern.toString());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        say("skipped", test, "");
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        boolean passed = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        // What is no test is of interest only when it fails: a class that cannot be set up.
        if (test.isTest() || !passed) {
            String message = result.getThrowable().map(thrown -> String.valueOf(thrown.getMessage())).orElse("");
            say(passed ? "passed" : "failed", test, message);
        }
    }

    private void say(String outcome, TestIdentifier test, String message) {
        String name = test.getLegacyReportingName().replace("()", "");
        String owner = test.getSource().filter(source -> source instanceof MethodSource)
            .map(source -> ((MethodSource) source).getClassName() + ".").orElse("");
        out.println("\n" + (char) 30 + outcome + "\t" + owner + name + "\t" + message.replaceAll("[\\t\\r\\n]+", " "));
        out.flush();
    }
}
