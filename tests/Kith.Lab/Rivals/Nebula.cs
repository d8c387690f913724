using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>Nebula with its certificate authority on the first host, which also is the lighthouse.</summary>
internal sealed class Nebula : Contender
{
    public override string Name => "nebula";

    public override IReadOnlyList<string> Tools => ["nebula", "nebula-cert"];

    public override string VersionCommand => "nebula -version | sed 's/Version: //'";

    public override string Remark => "this version carries IPv4 only";

    public override async Task<ContenderPair> StartAsync(LabHost a, LabHost b)
    {
        (await a.RunAsync(
            "mkdir -p /run/nebula && cd /run/nebula && nebula-cert ca -name lab && "
            + "nebula-cert sign -name a -ip 10.91.0.1/24 && nebula-cert sign -name b -ip 10.91.0.2/24")).EnsureSuccess();
        await ConfigureAsync(a, a, "a");
        await ConfigureAsync(b, a, "b");
        LabProcess daemon = a.Start("nebula -config /run/nebula/config.yml");
        b.Start("nebula -config /run/nebula/config.yml");
        return new ContenderPair("10.91.0.2", null, daemon);
    }

    private static async Task ConfigureAsync(LabHost host, LabHost authority, string name)
    {
        (await host.RunAsync("mkdir -p /run/nebula")).EnsureSuccess();
        foreach (string file in new[] { "ca.crt", $"{name}.crt", $"{name}.key" })
        {
            await host.WriteFileAsync($"/run/nebula/{file}", (await authority.RunAsync($"cat /run/nebula/{file}")).EnsureSuccess().Output);
        }

        string lighthouses = name == "a" ? "[]" : "[\"10.91.0.1\"]";
        await host.WriteFileAsync(
            "/run/nebula/config.yml",
            $$"""
            pki: { ca: /run/nebula/ca.crt, cert: /run/nebula/{{name}}.crt, key: /run/nebula/{{name}}.key }
            static_host_map: { "10.91.0.1": ["{{authority.IPv4}}:4242"] }
            lighthouse: { am_lighthouse: {{(name == "a" ? "true" : "false")}}, hosts: {{lighthouses}} }
            listen: { host: 0.0.0.0, port: 4242 }
            punchy: { punch: true }
            cipher: chachapoly
            tun: { dev: nebula0, mtu: 1300 }
            logging: { level: warning }
            firewall:
              outbound: [ { port: any, proto: any, host: any } ]
              inbound: [ { port: any, proto: any, host: any } ]
            """);
    }
}
