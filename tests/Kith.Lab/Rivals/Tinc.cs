using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>tinc 1.0 in router mode with its default ciphers.</summary>
internal sealed class Tinc : Contender
{
    public override string Name => "tinc";

    public override IReadOnlyList<string> Tools => ["tincd"];

    public override string VersionCommand => "tincd --version | head -n 1 | cut -d' ' -f3";

    public override string Remark => "older cipher suite (Blowfish, SHA1)";

    public override async Task<ContenderPair> StartAsync(LabHost a, LabHost b)
    {
        await ConfigureAsync(a, "a", 1);
        await ConfigureAsync(b, "b", 2);
        await b.WriteFileAsync("/etc/tinc/lab/hosts/a", (await a.RunAsync("cat /etc/tinc/lab/hosts/a")).EnsureSuccess().Output);
        await a.WriteFileAsync("/etc/tinc/lab/hosts/b", (await b.RunAsync("cat /etc/tinc/lab/hosts/b")).EnsureSuccess().Output);
        LabProcess daemon = a.Start("tincd -n lab -D");
        b.Start("tincd -n lab -D");
        return new ContenderPair("10.92.0.2", "fd92::2", daemon);
    }

    private static async Task ConfigureAsync(LabHost host, string name, int number)
    {
        (await host.RunAsync("mkdir -p /etc/tinc/lab/hosts /var/run /var/log")).EnsureSuccess();
        string connect = name == "b" ? "ConnectTo = a\n" : string.Empty;
        await host.WriteFileAsync("/etc/tinc/lab/tinc.conf", $"Name = {name}\nInterface = tinc0\nMode = router\n{connect}");
        await host.WriteFileAsync(
            $"/etc/tinc/lab/hosts/{name}",
            $"Address = {host.IPv4}\nSubnet = 10.92.0.{number}/32\nSubnet = fd92::{number}/128\n");
        await host.WriteFileAsync(
            "/etc/tinc/lab/tinc-up",
            $"#!/bin/sh\nip addr add 10.92.0.{number}/24 dev $INTERFACE\nip addr add fd92::{number}/64 dev $INTERFACE nodad\nip link set $INTERFACE up\n");
        (await host.RunAsync("chmod +x /etc/tinc/lab/tinc-up && tincd -n lab -K2048 </dev/null")).EnsureSuccess();
    }
}
