namespace Kith.Fuzz.Silence;

/// <summary>What must not be silent is not: a genuine handshake and a genuine packet are counted as an answer, a grown table and something accepted.</summary>
internal static class SilencePlanted
{
    /// <summary>Returns what was not noticed, or null.</summary>
    public static string? Run()
    {
        using SilenceWorld world = new(useDht: false);
        SilenceMeter packets = new(world, useDht: false);
        packets.Handle(world.EndpointsOf(1)[0], world.SealPacket(1, 7));
        SilenceMeter path = new(world, useDht: false);
        SilentPath silent = new(world, path);
        byte[] packet = world.SealPacket(2, 8);
        bool given = false;
        silent.Receive(isV6: true, (Span<byte> buffer, out int length, out Protocol.Wire.InternetEndpoint source) =>
        {
            packet.CopyTo(buffer);
            (length, source) = (packet.Length, world.EndpointsOf(2)[1]);
            (bool already, given) = (given, true);
            return !already;
        });
        byte[] initiation = world.NewInitiation(1);
        world.Victim.HandleTimeout(world.Now);
        SilenceMeter drained = new(world, useDht: false);
        drained.Handle(world.EndpointsOf(1)[0], new byte[1]);
        IReadOnlyDictionary<string, long> before = TableCensus.Of(world.Victim);
        SilenceMeter handshake = new(world, useDht: false);
        handshake.Handle(world.EndpointsOf(1)[0], initiation);
        return packets.TunPackets != 1 ? "a genuine packet out of the TUN went unnoticed"
            : path.Accepted == 0 ? "a genuine packet through the packet path went unnoticed"
            : handshake.Answers == 0 ? "an answer to a genuine handshake went unnoticed"
            : TableCensus.Grown(before, TableCensus.Of(world.Victim)).Count == 0 ? "a table that grew went unnoticed"
            : null;
    }
}
