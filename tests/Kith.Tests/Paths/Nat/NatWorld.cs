using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Paths.Stun;
using Kith.Protocol.Wire;
using Kith.Tests.Core;
using Kith.Tests.Discovery;

namespace Kith.Tests.Paths.Nat;

/// <summary>A monitor behind a translator of any kind, with STUN servers on the other side, under a virtual clock.</summary>
internal sealed class NatWorld
{
    private readonly byte[] _buffer = new byte[StunMessage.BytesMax];
    private readonly Dictionary<InternetEndpoint, InternetEndpoint> _mappings = [];

    public NatWorld(params string[] local)
    {
        Local = [.. local.Select(text => WhereaboutsTests.Endpoint(text).Address)];
        Monitor.HandleNetworkChange(Now, Local);
    }

    public NatMonitor Monitor { get; } = new(new TestRandom(9), 5484);

    public Instant Now { get; private set; } = new(10_000_000);

    public IReadOnlyList<InternetAddress> Local { get; }

    public IReadOnlyList<InternetEndpoint> Resolved { get; set; } = [];

    /// <summary>For each server that answers, its other address and port, if it has them.</summary>
    public Dictionary<InternetEndpoint, InternetEndpoint?> Servers { get; } = [];

    /// <summary>The outside endpoint of the n-th new destination.</summary>
    public Func<InternetEndpoint, int, InternetEndpoint> Translate { get; set; } = static (_, _) => WhereaboutsTests.Endpoint("203.0.113.7:40000");

    /// <summary>Whether a packet from the first comes in when only the second was sent to.</summary>
    public Func<InternetEndpoint, InternetEndpoint, bool> LetsIn { get; set; } = static (from, sentTo) => from == sentTo;

    public bool HasHairpin { get; set; }

    public bool IsCut { get; set; }

    public int Questions { get; private set; }

    public int Wanted { get; private set; }

    public int Changes { get; private set; }

    public void Run(TimeSpan time)
    {
        Instant end = Now + time;
        while (true)
        {
            Drain();
            Instant next = Monitor.NextTimeout;
            if (next > end)
            {
                Now = end;
                return;
            }

            Now = Instant.Max(Now, next);
            Monitor.HandleTimeout(Now);
        }
    }

    private void Drain()
    {
        while (true)
        {
            if (Monitor.TryGetEvent(out NatEvent natEvent))
            {
                Wanted += natEvent == NatEvent.ServersWanted ? 1 : 0;
                Changes += natEvent == NatEvent.Changed ? 1 : 0;
                if (natEvent == NatEvent.ServersWanted && Resolved.Count > 0)
                {
                    Monitor.HandleServers(Now, Resolved);
                }
            }
            else if (Monitor.TryGetTransmit(_buffer, out InternetEndpoint target, out int length))
            {
                Questions++;
                Monitor.HandleSent(Now, target);
                Carry(target, _buffer.AsSpan(0, length).ToArray());
            }
            else
            {
                return;
            }
        }
    }

    private void Carry(InternetEndpoint target, byte[] datagram)
    {
        if (!_mappings.TryGetValue(target, out InternetEndpoint outside))
        {
            outside = _mappings[target] = Translate(target, _mappings.Count);
        }

        Assert.True(StunMessage.TryDecode(datagram, out StunMessage? question));
        if (IsCut)
        {
            return;
        }

        if (_mappings.ContainsValue(target) && HasHairpin)
        {
            Monitor.HandleDatagram(Now, outside, datagram);
        }
        else if (Servers.TryGetValue(target, out InternetEndpoint? other) || Servers.ContainsValue(target) || Servers.Any(pair => pair.Key.Address == target.Address && pair.Value?.Port == target.Port))
        {
            InternetEndpoint from = question.Change switch
            {
                0 => target,
                2 => target with { Port = other!.Value.Port },
                _ => other!.Value,
            };
            StunMessage answer = new() { Type = StunMessageType.BindingResponse, TransactionId = question.TransactionId, XorMapped = outside, Other = other };
            byte[] bytes = new byte[StunMessage.BytesMax];
            if (LetsIn(from, target))
            {
                Monitor.HandleDatagram(Now, from, bytes.AsSpan(0, answer.Encode(bytes)));
            }
        }
    }
}
