using System.Buffers.Binary;
using Kith.Protocol.Identity;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Pairs;

/// <summary>Sends a small packet from each of a pair to the other again and again, and notes when one arrives.</summary>
internal sealed class PairTraffic(NodeWorld world, IReadOnlyList<Pair> pairs, TimeSpan interval)
{
    private const byte NoNextHeader = 59;
    private const int HeaderBytes = 40;

    private bool _isRunning;

    /// <summary>Begins to send.</summary>
    public void Start()
    {
        if (!_isRunning)
        {
            _isRunning = true;
            Send();
        }
    }

    /// <summary>Stops sending.</summary>
    public void Stop() => _isRunning = false;

    private void Send()
    {
        if (!_isRunning)
        {
            return;
        }

        for (int i = 0; i < pairs.Count; i++)
        {
            Send(pairs[i], i, fromA: true);
            Send(pairs[i], i, fromA: false);
        }

        world.Simulation.Plan(interval, Send);
    }

    private void Send(Pair pair, int number, bool fromA)
    {
        Net.SimMachine from = fromA ? pair.A : pair.B;
        Net.SimMachine to = fromA ? pair.B : pair.A;
        if (from.Host is null || to.Host is not SimNode receiver)
        {
            return;
        }

        receiver.TunPacketCame = Take;
        byte[] packet = new byte[HeaderBytes + 4];
        packet[0] = 0x60;
        packet[5] = 4;
        packet[6] = NoNextHeader;
        packet[7] = 64;
        VirtualAddress.ForV6(world.Home, world.Id(from)).WriteTo(packet.AsSpan(8));
        VirtualAddress.ForV6(world.Home, world.Id(to)).WriteTo(packet.AsSpan(24));
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(HeaderBytes), (number * 2) + (fromA ? 1 : 0));
        world.Do(from, (core, now) => core.HandleTunPacket(now, packet));
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        if (packet.Length != HeaderBytes + 4 || packet[6] != NoNextHeader)
        {
            return;
        }

        int number = BinaryPrimitives.ReadInt32BigEndian(packet[HeaderBytes..]);
        Pair pair = pairs[number / 2];
        if (number % 2 == 1)
        {
            pair.GapAtB = Longer(pair.GapAtB, world.Simulation.Clock.Elapsed - pair.HeardByB);
            pair.HeardByB = world.Simulation.Clock.Elapsed;
        }
        else
        {
            pair.GapAtA = Longer(pair.GapAtA, world.Simulation.Clock.Elapsed - pair.HeardByA);
            pair.HeardByA = world.Simulation.Clock.Elapsed;
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
