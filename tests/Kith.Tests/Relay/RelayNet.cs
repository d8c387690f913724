using System.Buffers.Binary;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;
using Kith.Tests.Core;

namespace Kith.Tests.Relay;

/// <summary>Members of one network of which only some reach each other directly. The first one founds it and lets the others in.</summary>
internal sealed class RelayNet : IDisposable
{
    private readonly TestLan _lan = new();
    private MembershipLog _home = null!;

    public TestLan Lan => _lan;

    public MembershipLog Home => _home;

    /// <summary>Makes members with these names, all of which reach each other until they are cut apart, and waits until they do.</summary>
    public TestHost[] Found(params string[] names)
    {
        TestHost[] hosts = [.. names.Select(name => _lan.Add(name))];
        _home = hosts[0].Core!.CreateNetwork(_lan.Clock(hosts[0]), "home", []);
        InviteLine invite = hosts[0].Core!.CreateInvite(_lan.Clock(hosts[0]), _home.Id, MemberRole.Member, names.Length, TimeSpan.FromHours(1));
        foreach (TestHost host in hosts[1..])
        {
            host.Core!.BeginJoin(_lan.Clock(host), invite);
        }

        Assert.True(_lan.RunUntil(() => hosts.All(a => hosts.All(b => a == b || IsOnline(a, b))), TimeSpan.FromSeconds(20)));
        return hosts;
    }

    /// <summary>Leaves only these links, and restarts all members so that nothing of the others is in their memory.</summary>
    public void Restart(TestHost[] hosts, params (TestHost, TestHost)[] links)
    {
        foreach (TestHost host in hosts)
        {
            _lan.Stop(host);
        }

        foreach (TestHost a in hosts)
        {
            foreach (TestHost b in hosts)
            {
                if (a != b && !links.Contains((a, b)) && !links.Contains((b, a)))
                {
                    _lan.Cut(a, b);
                }
            }
        }

        _lan.Run(TimeSpan.FromSeconds(1));
        foreach (TestHost host in hosts)
        {
            _lan.Start(host);
        }
    }

    public static bool IsOnline(TestHost from, TestHost to) => from.Core!.DescribePeer(to.Core!.Id).Online;

    public static PathKind KindOf(TestHost from, TestHost to) => from.Core!.DescribePeer(to.Core!.Id).Path?.Kind ?? PathKind.None;

    public bool RunUntil(Func<bool> condition, double seconds) => _lan.RunUntil(condition, TimeSpan.FromSeconds(seconds));

    /// <summary>Sends a packet from one member's TUN device to another's virtual address.</summary>
    public void Send(TestHost from, TestHost to, int length = 100)
    {
        byte[] packet = new byte[length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(length - 40));
        packet[6] = 59;
        packet[7] = 64;
        AddressOf(from).WriteTo(packet.AsSpan(8));
        AddressOf(to).WriteTo(packet.AsSpan(24));
        from.Core!.HandleTunPacket(_lan.Clock(from), packet);
    }

    public InternetAddress AddressOf(TestHost host) => _home.State.Members[host.Key.Id].V6;

    public void Dispose() => _lan.Dispose();
}
