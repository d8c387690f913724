using Kith.Tunnel.Ciphers;

namespace Kith.Tunnel.Threads;

/// <summary>Adds up what the threads counted.</summary>
internal static class FastPathReportBuilder
{
    public static FastPathReport Build(FastPathState state, TunPump? tunPump, IReadOnlyList<UdpPump> dataPumps, ThreadCounters stack)
    {
        IReadOnlyList<UdpPump> udpPumps = [.. dataPumps, .. state.Extra.Pumps()];
        ThreadCounters[] receivers = [.. udpPumps.Select(static pump => pump.Counters), state.Extra.Past];
        Dictionary<FastPathDrop, long> drops = [];
        ThreadCounters[] all = tunPump is null ? [.. receivers, stack] : [.. receivers, stack, tunPump.Counters];
        foreach (ThreadCounters counters in all)
        {
            for (int i = 0; i < ThreadCounters.ReasonCount; i++)
            {
                long count = Volatile.Read(ref counters.Drops[i]);
                if (count > 0)
                {
                    drops[(FastPathDrop)i] = drops.GetValueOrDefault((FastPathDrop)i) + count;
                }
            }
        }

        return new FastPathReport
        {
            Tun = state.Tun?.Name,
            Offloads = Offloads(state),
            Cipher = udpPumps[0].CipherName,
            Drops = drops,
            TunReads = tunPump is null ? 0 : Volatile.Read(ref tunPump.Counters.Reads),
            SendCalls = (tunPump is null ? 0 : Volatile.Read(ref tunPump.Counters.Writes)) + Volatile.Read(ref stack.Writes),
            PacketsSent = (tunPump is null ? 0 : Volatile.Read(ref tunPump.Counters.Packets)) + Volatile.Read(ref stack.Packets),
            TunWrites = receivers.Sum(static counters => Volatile.Read(ref counters.Writes)),
            ReceiveCalls = receivers.Sum(static counters => Volatile.Read(ref counters.Reads)),
            PacketsReceived = receivers.Sum(static counters => Volatile.Read(ref counters.Packets)),
            PacketsForwarded = receivers.Sum(static counters => Volatile.Read(ref counters.Forwarded)),
            BytesForwarded = receivers.Sum(static counters => Volatile.Read(ref counters.ForwardedBytes)),
            ExtraSockets = state.Extra.Count,
            HasIPv4 = state.SocketV4 is not null,
            HasIPv6 = state.SocketV6 is not null,
            Faults = Threads(tunPump, udpPumps).Select(static thread => thread.Fault).OfType<string>().ToList(),
        };
    }

    private static IEnumerable<FastPathThread> Threads(TunPump? tunPump, IReadOnlyList<UdpPump> udpPumps) =>
        tunPump is null ? udpPumps : udpPumps.Prepend<FastPathThread>(tunPump);

    private static List<OffloadStatus> Offloads(FastPathState state)
    {
        List<OffloadStatus> all = [];
        if (state.Tun is { } tun)
        {
            all.Add(TunStatus(tun, TunOffloads.Checksum, "virtio header"));
            all.Add(TunStatus(tun, TunOffloads.Tcp, "TSO"));
            all.Add(TunStatus(tun, TunOffloads.Udp, "USO"));
            all.Add(new OffloadStatus(
                "TUN coalescing", state.Options.UseTunCoalescing && tun.Offloads.HasFlag(TunOffloads.Tcp), state.Options.UseTunCoalescing ? "needs TSO" : "switched off"));
        }

        foreach (DatagramSocket? socket in (DatagramSocket?[])[state.SocketV4, state.SocketV6])
        {
            if (socket is not null)
            {
                string family = socket.IsV6 ? " IPv6" : " IPv4";
                all.Add(socket.SendSegmentation with { Name = socket.SendSegmentation.Name + family });
                all.Add(socket.ReceiveCoalescing with { Name = socket.ReceiveCoalescing.Name + family });
            }
        }

        return all.ConvertAll(static status => status.IsActive ? status with { Reason = "" } : status);
    }

    private static OffloadStatus TunStatus(TunDevice tun, TunOffloads offload, string name) =>
        new(name, tun.Offloads.HasFlag(offload), tun.OffloadRefusal.Length > 0 ? tun.OffloadRefusal : "switched off");
}
