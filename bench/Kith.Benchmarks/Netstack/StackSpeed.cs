using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Ip;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Benchmarks.Netstack;

/// <summary>One TCP stream between two stacks in memory, on one thread: what the stack itself costs, both ends together.</summary>
internal static class StackSpeed
{
    public const string Usage = "netstack [GIGABYTES]     one TCP stream between two user-space stacks in memory";

    private const int BatchMax = 64;

    public static int Run(string[] arguments)
    {
        long bytes = (arguments.Length > 0 ? long.Parse(arguments[0], CultureInfo.InvariantCulture) : 2) * 1_000_000_000;
        foreach (bool v4 in new[] { false, true })
        {
            Measure("packets of 1420 bytes", v4, bytes / 4, new NetworkStackOptions { Mtu = 1420 });
            Measure("packets of 9000 bytes", v4, bytes, new NetworkStackOptions { Mtu = 9000 });
            Measure("large segments, 1420", v4, bytes, new NetworkStackOptions { Mtu = 1420, LargeSegments = true });
        }

        return 0;
    }

    private static void Measure(string name, bool v4, long bytes, NetworkStackOptions options)
    {
        Transfer(v4, bytes / 10, options);
        (double seconds, long packets, long allocated) = Transfer(v4, bytes, options);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(v4 ? "IPv4" : "IPv6")} {name,-22} {bytes * 8 / seconds / 1e9,7:F2} Gbit/s  {packets / seconds / 1e6,6:F2} M packets/s  {seconds / packets * 1e9,7:F0} ns/packet  {allocated,9} bytes allocated"));
    }

    private static (double Seconds, long Packets, long Allocated) Transfer(bool v4, long bytes, NetworkStackOptions options)
    {
        InternetAddress[] addresses = v4 ? [InternetAddress.FromV4(0x0A000001), InternetAddress.FromV4(0x0A000002)] : [Address(1), Address(2)];
        NetworkStack sender = new(options, new SystemRandom(), new LocalPorts());
        NetworkStack receiver = new(options, new SystemRandom(), new LocalPorts());
        sender.AddAddress(addresses[0]);
        receiver.AddAddress(addresses[1]);
        receiver.Listen(InternetAddress.None, 80, 1);
        long start = Stopwatch.GetTimestamp();
        TcpConnection from = sender.Connect(Now(start), InternetAddress.None, new InternetEndpoint(addresses[1], 80));
        TcpConnection? to = null;
        byte[] data = new byte[1 << 18];
        byte[] packet = new byte[StackPacket.LengthMax];
        long packets = 0;
        long left = bytes;
        long received = 0;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        while (received < bytes)
        {
            Instant now = Now(start);
            left -= from.Send(now, data.AsSpan(0, (int)Math.Min(left, data.Length)));
            packets += Move(now, sender, receiver, packet);
            while (receiver.TryGetEvent(out StackEvent told))
            {
                to ??= told.Connection;
            }

            int count;
            while (to is not null && (count = to.Receive(now, data)) > 0)
            {
                received += count;
            }

            packets += Move(now, receiver, sender, packet);
            while (sender.TryGetEvent(out _))
            {
            }

            sender.HandleTimeout(now);
            receiver.HandleTimeout(now);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, packets, allocated);
    }

    private static int Move(Instant now, NetworkStack from, NetworkStack to, byte[] buffer)
    {
        int count = 0;
        while (count < BatchMax && from.TryGetPacket(now, buffer, out StackPacket packet))
        {
            Span<byte> bytes = buffer.AsSpan(0, packet.Length);
            if (packet.IsLarge)
            {
                // What a path with segmentation offload does at its end.
                ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(0, bytes[packet.ChecksumStart..]));
                BinaryPrimitives.WriteUInt16BigEndian(bytes[(packet.ChecksumStart + StackPacket.ChecksumOffset)..], checksum);
            }

            to.HandlePacket(now, bytes);
            count++;
        }

        return count;
    }

    private static Instant Now(long start) => new(Stopwatch.GetElapsedTime(start).Ticks + 1);

    private static InternetAddress Address(byte last) => InternetAddress.FromBytes([0xFD, .. new byte[14], last]);

    private sealed class SystemRandom : RandomSource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
