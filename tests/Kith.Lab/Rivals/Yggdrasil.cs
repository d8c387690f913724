using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>Yggdrasil, peered over the LAN by hand.</summary>
internal sealed class Yggdrasil : Contender
{
    public override string Name => "yggdrasil";

    public override IReadOnlyList<string> Tools => ["yggdrasil"];

    public override string VersionCommand => "dpkg-query -W -f '${Version}' yggdrasil";

    public override string Remark => "IPv6 only; its links run over TCP, with an MTU of 65,535";

    public override async Task<ContenderPair> StartAsync(LabHost a, LabHost b)
    {
        LabProcess daemon = await StartOneAsync(a, "Listen: [\"tcp://0.0.0.0:9001\"]", "Peers: []");
        await StartOneAsync(b, "Listen: []", $"Peers: [\"tcp://{a.IPv4}:9001\"]");
        LabResult address = (await b.RunAsync("yggdrasil -useconffile /run/yggdrasil.conf -address")).EnsureSuccess();
        return new ContenderPair(null, address.Text, daemon);
    }

    private static async Task<LabProcess> StartOneAsync(LabHost host, string listen, string peers)
    {
        (await host.RunAsync(
            "yggdrasil -genconf > /run/yggdrasil.conf && "
            + $"sed -i -E 's|^  Peers: \\[\\]|  {peers}|; s|^  Listen: \\[\\]|  {listen}|; s|AdminListen: .*|AdminListen: none|; s|IfName: .*|IfName: ygg0|' /run/yggdrasil.conf"))
            .EnsureSuccess();
        return host.Start("yggdrasil -useconffile /run/yggdrasil.conf");
    }
}
