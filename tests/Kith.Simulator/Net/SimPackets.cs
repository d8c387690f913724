namespace Kith.Simulator.Net;

/// <summary>Says what a datagram is, as far as that can be seen from outside.</summary>
internal static class SimPackets
{
    public static string Describe(ushort port, ReadOnlySpan<byte> datagram)
    {
        string kind = port == SimMachine.MulticastPort ? "mdns" : datagram.IsEmpty ? "empty" : datagram[0] switch
        {
            1 when datagram.Length == 148 => "initiation",
            2 when datagram.Length == 92 => "response",
            3 when datagram.Length == 64 => "cookie",
            4 when datagram.Length == 32 => "keepalive",
            4 => "transport",
            _ => "datagram",
        };
        return $"{kind} {datagram.Length}";
    }
}
