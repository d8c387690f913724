using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>Kith itself: up, invite, join.</summary>
internal sealed class KithContender : Contender
{
    public override string Name => "kith";

    public override IReadOnlyList<string> Tools => [];

    public override string VersionCommand => $"{LabHost.KithPath} --version | cut -d' ' -f2";

    public override async Task<ContenderPair> StartAsync(LabHost a, LabHost b)
    {
        KithHost first = new(a);
        KithHost second = new(b);
        await first.UpAsync("--name a");
        await second.UpAsync($"--name b --join {await first.InviteAsync()}");
        await first.UntilOnlineAsync("home", "b");
        KithMember member = (await first.StatusAsync()).Network("home").Find("b")!;
        return new ContenderPair(member.Ipv4, member.Ipv6, first.Daemon);
    }
}
