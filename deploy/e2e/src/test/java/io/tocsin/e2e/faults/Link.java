package io.tocsin.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;

/// The network between two parts: passes bytes on, late, not at all, or cut off, as it is told.
final class Link implements AutoCloseable {

    private final String name;
    private final ServerSocket listener;
    private final IntSupplier target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Object change = new Object();
    private volatile boolean isCut;
    private volatile boolean isStalled;
    private volatile long delayMillis;

    private Link(String name, ServerSocket listener, IntSupplier target) {
        this.name = name;
        this.listener = listener;
        this.target = target;
    }

    /// @param target the port on this machine it leads to
    static Link to(String name, IntSupplier target) {
        try {
            var link = new Link(name, new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target);
            link.threads.submit(link::accept);
            return link;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String name() {
        return name;
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Breaks what is open, and whatever is opened from now on.
    void cut() {
        isCut = true;
        open.forEach(Link::closeQuietly);
    }

    /// Holds all bytes back; nobody is told.
    void stall() {
        isStalled = true;
    }

    /// Holds each piece back for so long.
    void delay(long millis) {
        delayMillis = millis;
    }

    void heal() {
        synchronized (change) {
            isCut = false;
            isStalled = false;
            delayMillis = 0;
            change.notifyAll();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                if (isCut) {
                    closeQuietly(near);
                } else {
                    threads.submit(() -> connect(near));
                }
            } catch (SocketException closed) {
                return;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private void connect(Socket near) {
        try (near;
                var far = new Socket(InetAddress.getLoopbackAddress(), target.getAsInt())) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            open.add(near);
            open.add(far);
            var back = threads.submit(() -> pass(far, near));
            pass(near, far);
            back.get();
        } catch (IOException | java.util.concurrent.ExecutionException gone) {
            // the other side sees its connection end
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(near);
        }
    }

    private void pass(Socket from, Socket to) {
        var buffer = new byte[16 * 1024];
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                hold();
                out.write(buffer, 0, length);
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            closeQuietly(from);
            closeQuietly(to);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(to);
        }
    }

    private void hold() throws InterruptedException {
        if (delayMillis > 0) {
            Thread.sleep(delayMillis);
        }
        synchronized (change) {
            while (isStalled) {
                change.wait();
            }
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // a reset, as of a machine that is gone
            socket.close();
        } catch (IOException already) {
            // gone
        }
    }

    @Override
    public void close() {
        heal();
        open.forEach(Link::closeQuietly);
        try {
            listener.close();
        } catch (IOException already) {
            // gone
        }
        threads.shutdownNow();
    }
}
