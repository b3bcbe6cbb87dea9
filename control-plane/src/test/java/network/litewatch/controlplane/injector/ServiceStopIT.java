package network.litewatch.controlplane.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import network.litewatch.controlplane.Tools;
import network.litewatch.fault.FaultInjector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped playbook, run by the real Ansible on this machine; systemd, which cannot run here, has two stand-ins. */
class ServiceStopIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String UNIT = "cortensord@1";
    private static final String TIMER = "litewatch-drill-cortensord-1.timer";

    @TempDir
    private Path folder;

    private Path units;
    private ServiceStop stop;

    @BeforeAll
    static void find() {
        var unused = Tools.require("ansible-playbook", "ansible-core");
    }

    @BeforeEach
    void install() throws IOException {
        units = Files.createDirectories(folder.resolve("units"));
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String program : new String[] {"systemctl", "systemd-run"}) {
            try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/injector/" + program))) {
                Files.copy(in, bin.resolve(program));
            }
            assertThat(bin.resolve(program).toFile().setExecutable(true)).isTrue();
        }
        Path inventory = Files.writeString(folder.resolve("hosts.yml"), """
                all:
                  vars: {drill_become: false}
                  hosts:
                    miner-1: {ansible_connection: local}
                    miner-2: {ansible_connection: local}
                """);
        Files.createFile(units.resolve(UNIT));
        stop = stop("ansible-playbook", inventory, Duration.ofSeconds(60), bin);
    }

    private ServiceStop stop(String program, Path inventory, Duration most, Path bin) {
        DrillPlaybook playbook = new DrillPlaybook(
                new InjectorConfiguration.AnsibleSettings(
                        program,
                        Path.of(Objects.requireNonNull(System.getProperty("litewatch.root")))
                                .resolve("ansible/playbooks/drill-service.yml"),
                        inventory),
                folder,
                Map.of("PATH", bin + ":" + System.getenv("PATH"), "DRILL_UNITS", units.toString()),
                most);
        return new ServiceStop(playbook, new InjectorConfiguration.ServiceSettings("miner-1", UNIT));
    }

    @Test
    void aServiceIsStoppedAndStartedAgainAndItsTimerGoesWithIt() {
        FaultInjector.FaultHandle handle = inject(Duration.ofMinutes(10));
        assertThat(units.resolve(UNIT)).doesNotExist();
        assertThat(units.resolve(TIMER)).exists();

        handle.undo();

        assertThat(units.resolve(UNIT)).exists();
        assertThat(units.resolve(TIMER)).doesNotExist();
        handle.undo();
        assertThat(units.resolve(UNIT))
                .as("it is asked again where the first answer was lost")
                .exists();
    }

    @Test
    void itsHostStartsItWhenTheLeaseIsOverThoughNobodyUndoesIt() {
        var unused = inject(Duration.ofSeconds(1));

        await().atMost(PATIENCE).until(() -> Files.exists(units.resolve(UNIT)));
        assertThat(units.resolve(TIMER)).doesNotExist();
    }

    @Test
    void whatDoesNotRunIsNotStoppedSinceItsEndWouldStartIt() throws IOException {
        Files.delete(units.resolve(UNIT));

        assertThatThrownBy(() -> inject(Duration.ofMinutes(10)))
                .isInstanceOf(DrillPlaybook.RefusedException.class)
                .hasMessageContaining("ansible-playbook ended with 2");
        assertThat(units.resolve(TIMER)).doesNotExist();
    }

    @Test
    void whatAnotherDrillHasStoppedIsNotStoppedTwice() throws IOException {
        Files.createFile(units.resolve(TIMER));

        assertThatThrownBy(() -> inject(Duration.ofMinutes(10))).isInstanceOf(DrillPlaybook.RefusedException.class);
        assertThat(units.resolve(UNIT)).exists();
    }

    @Test
    void anAnsibleThatTakesTooLongMayHaveStoppedItAndIsAskedToStartIt() throws IOException {
        Path slow = Files.writeString(folder.resolve("slow"), "#!/bin/sh\nexec sleep 600\n");
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        stop = stop(slow.toString(), folder.resolve("hosts.yml"), Duration.ofMillis(300), folder.resolve("bin"));

        FaultInjector.FaultHandle handle = inject(Duration.ofMinutes(10));

        assertThatThrownBy(handle::undo)
                .as("the registry asks again")
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(DrillPlaybook.RefusedException.class)
                .hasMessageContaining("was not done after");
    }

    @Test
    void whereThereIsNoAnsibleNothingIsStopped() {
        stop = stop("no-such-program", folder.resolve("hosts.yml"), Duration.ofSeconds(60), folder.resolve("bin"));

        assertThatThrownBy(() -> inject(Duration.ofMinutes(10)))
                .isInstanceOf(DrillPlaybook.RefusedException.class)
                .hasMessageContaining("cannot be run");
    }

    @Test
    void argumentsThatItDoesNotHaveAreRefused() {
        assertThatThrownBy(() ->
                        stop.inject(JsonNodeFactory.instance.objectNode().put("signal", 9), Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("args.signal: unknown");
        assertThat(units.resolve(UNIT)).exists();
    }

    private FaultInjector.FaultHandle inject(Duration lease) {
        return stop.inject(JsonNodeFactory.instance.objectNode(), lease);
    }
}
