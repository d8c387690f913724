using System.Diagnostics;
using System.Runtime.InteropServices;
using Kith.Tunnel.Ciphers;
using Kith.Tunnel.Packets;

namespace Kith.Benchmarks.Throughput;

/// <summary>Bytes per second that each cipher of the packet path seals and opens, for batches as the fast path makes them. Prints a table.</summary>
internal static unsafe class CipherSpeed
{
    public const string Usage = "ciphers";

    public static int Run()
    {
        Console.WriteLine("| cipher | packets × bytes | seal, GB/s | open, GB/s |");
        Console.WriteLine("|---|---|---|---|");
        foreach (bool vectors in (bool[])[false, true])
        {
            using PacketCipher cipher = PacketCipher.Create(vectors);
            foreach ((int count, int length) in ((int, int)[])[(47, 1360), (8, 1360), (1, 1360), (1, 96), (32, 96)])
            {
                Measure(cipher, count, length);
            }
        }

        return 0;
    }

    private static void Measure(PacketCipher cipher, int count, int length)
    {
        int stride = length + TransportLayout.OverheadBytes;
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)(2 * count * stride), 64);
        byte* copy = memory + (count * stride);
        byte[] key = new byte[32];
        SealedPacket[] packets = new SealedPacket[count];
        cipher.Seal(key, 0, copy, count * stride, stride);
        double seal = Time(() => cipher.Seal(key, 0, memory, count * stride, stride));
        double copying = Time(Copy);
        double open = Time(() =>
        {
            Copy();
            cipher.Open(key, packets);
        });
        double bytes = (double)count * length / 1e9;
        Console.WriteLine($"| {cipher.Name} | {count} × {length} | {bytes / seal:0.00} | {bytes / (open - copying):0.00} |");
        NativeMemory.AlignedFree(memory);

        void Copy()
        {
            Buffer.MemoryCopy(copy, memory, count * stride, count * stride);
            for (int i = 0; i < count; i++)
            {
                packets[i] = new SealedPacket { Data = memory + (i * stride) + TransportLayout.HeaderBytes, Length = length, Counter = (ulong)i };
            }
        }
    }

    // Seconds for one call: the best of several rounds, because other programs only ever slow it down.
    private static double Time(Action action)
    {
        double best = double.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long start = Stopwatch.GetTimestamp();
            int calls = 0;
            TimeSpan elapsed;
            do
            {
                for (int i = 0; i < 16; i++)
                {
                    action();
                }

                calls += 16;
                elapsed = Stopwatch.GetElapsedTime(start);
            }
            while (elapsed.TotalMilliseconds < 10);
            best = Math.Min(best, elapsed.TotalSeconds / calls);
        }

        return best;
    }
}
