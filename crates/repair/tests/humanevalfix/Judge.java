import com.sun.source.util.JavacTask;
import com.sun.tools.javac.api.JavacTaskPool;
import java.io.*;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.*;
import javax.tools.*;

/** Judges programs, one after the other, without leaving the JVM: g passes, r fails, t was stopped, x cannot be stopped, b does not compile. */
public class Judge {
    static final StandardJavaFileManager STANDARD =
            ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null);
    // The compiler keeps the first file manager it is given.
    static final Classes CLASSES = new Classes();
    static final JavacTaskPool POOL = new JavacTaskPool(1);

    static class Source extends SimpleJavaFileObject {
        final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignored) {
            return text;
        }
    }

    static class Classes extends ForwardingJavaFileManager<JavaFileManager> {
        Map<String, ByteArrayOutputStream> made = new HashMap<>();

        Classes() {
            super(STANDARD);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location l, String name, JavaFileObject.Kind kind, FileObject s) {
            return new SimpleJavaFileObject(URI.create("mem:///" + name.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    made.put(name, bytes);
                    return bytes;
                }
            };
        }
    }

    static class Loader extends ClassLoader {
        final Map<String, ByteArrayOutputStream> made;

        Loader(Map<String, ByteArrayOutputStream> made) {
            this.made = made;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            ByteArrayOutputStream bytes = made.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes.toByteArray(), 0, bytes.size());
        }
    }

    @SuppressWarnings("removal")
    static String judge(String program, String test) throws Exception {
        CLASSES.made = new HashMap<>();
        List<Source> sources = List.of(new Source("Solution", program), new Source("Main", test));
        List<String> options = List.of("-proc:none", "-nowarn", "-g:none");
        // A pool keeps what the compiler knows of the library from one program to the next.
        if (!POOL.getTask(Writer.nullWriter(), CLASSES, d -> { }, options, null, sources, JavacTask::call)) {
            return "b";
        }
        String[] answer = {"t"};
        Runnable run = () -> {
            try {
                Class<?> main = new Loader(CLASSES.made).loadClass("Main");
                main.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
                answer[0] = "g";
            } catch (ThreadDeath death) {
                throw death;
            } catch (Throwable thrown) {
                answer[0] = "r";
            }
        };
        Thread thread = new Thread(null, run, "candidate", 1 << 20);
        thread.setDaemon(true);
        thread.start();
        thread.join(2000);
        if (thread.isAlive()) {
            thread.stop();
            thread.join(300);
            return thread.isAlive() ? "x" : "t";
        }
        return answer[0];
    }

    static String read(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(System.out);
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        while (true) {
            String program;
            try {
                program = read(in);
            } catch (EOFException end) {
                System.exit(0);
                return;
            }
            answers.println(judge(program, read(in)));
            answers.flush();
        }
    }
}
