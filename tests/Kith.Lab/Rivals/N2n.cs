using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>n2n with a supernode on the first host; Ethernet frames inside, Twofish around them.</summary>
internal sealed class N2n : Contender
{
    public override string Name => "n2n";

    public override IReadOnlyList<string> Tools => ["edge", "supernode"];

    public override string VersionCommand => "dpkg-query -W -f '${Version}' n2n";

    public override string Remark => "carries Ethernet frames; Twofish; puts itself into the background, so its idle use was not watched";

    public override async Task<ContenderPair> StartAsync(LabHost a, LabHost b)
    {
        a.Start("supernode -l 7654");
        LabProcess daemon = a.Start($"edge -f -d edge0 -a 10.93.0.1 -c lab -k secret -l {a.IPv4}:7654");
        b.Start($"edge -f -d edge0 -a 10.93.0.2 -c lab -k secret -l {a.IPv4}:7654");
        foreach ((LabHost host, int number) in new[] { (a, 1), (b, 2) })
        {
            await LabWait.UntilSucceedsAsync(host, "ip link show edge0", TimeSpan.FromSeconds(10));
            (await host.RunAsync($"ip addr add fd93::{number}/64 dev edge0 nodad")).EnsureSuccess();
        }

        return new ContenderPair("10.93.0.2", "fd93::2", daemon);
    }
}
