using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Simulator.Disk;

namespace Kith.Simulator.Checks;

/// <summary>
/// Power is lost two hundred times at a random operation of a store: afterwards everything acknowledged is there, whole and in order, and of what was
/// under way the first few or nothing. Now and then the disk is full.
/// </summary>
internal sealed class DiskKeepsWhatWasAcknowledged : ISimCheck
{
    private const int Cuts = 200;

    public string Name => "disk-keeps-what-was-acknowledged";

    public void Run(Simulation simulation)
    {
        SeededRandom random = simulation.Random;
        SimDisk disk = new(random.Fork("disk"));
        NetworkId[] networks = [new(Bytes(random, 32)), new(Bytes(random, 32))];
        List<byte[]>[] acknowledged = [[], []];

        // What was refused for want of room was taken back, and the taking back may be lost too.
        List<byte[]>[] refused = [[], []];
        byte[]? document = null;
        int full = 0;
        int both = 0;
        for (int cut = 0; cut < Cuts; cut++)
        {
            List<byte[]>[] underWay = [[], []];
            byte[]? nextDocument = document;
            disk.PowerCutIn = random.NextBelow(60);
            try
            {
                SimStore store = new(disk);
                while (true)
                {
                    disk.CapacityBytes = random.Happens(0.1) ? disk.UsedBytes + random.NextBelow(40) : long.MaxValue;
                    int network = random.NextBelow(networks.Length);
                    underWay[network] = [.. Enumerable.Range(0, random.NextBelow(4)).Select(_ => Bytes(random, random.NextBelow(60)))];
                    StoreResult result = store.AppendStatements(networks[network], [.. underWay[network].Select(bytes => (ReadOnlyMemory<byte>)bytes)]);
                    full += result.Outcome == StoreOutcome.Full ? 1 : 0;
                    if (result.IsOk)
                    {
                        acknowledged[network].AddRange(underWay[network]);
                    }

                    refused[network] = result.IsOk ? [] : underWay[network];

                    underWay[network] = [];
                    nextDocument = Bytes(random, random.NextBelow(100));
                    document = store.ReplaceDocument("settings", nextDocument).IsOk ? nextDocument : document;
                    nextDocument = document;
                }
            }
            catch (PowerCutException)
            {
                simulation.Note($"power cut {cut} at operation {disk.Operations}");
                disk.CapacityBytes = long.MaxValue;
                disk.Crash();
            }

            SimStore opened = new(disk);
            for (int i = 0; i < networks.Length; i++)
            {
                byte[][] found = [.. opened.ReadStatements(networks[i]).Select(bytes => bytes.ToArray())];
                bool old = Same(found, acknowledged[i]);
                int beyond = Math.Max(0, found.Length - acknowledged[i].Count);
                bool more = beyond > 0 && (Same(found, [.. acknowledged[i], .. underWay[i].Take(beyond)]) || Same(found, [.. acknowledged[i], .. refused[i].Take(beyond)]));
                both += more ? 1 : 0;
                SimFailure.Unless(old || more, $"cut {cut}: {found.Length} statements of network {i}, {acknowledged[i].Count} acknowledged, {underWay[i].Count} under way");
                acknowledged[i] = [.. found];
                refused[i] = [];
            }

            bool there = opened.TryReadDocument("settings", out byte[]? read);
            SimFailure.Unless(there ? SameBytes(read, document) || SameBytes(read, nextDocument) : document is null, $"cut {cut}: the document is neither the old nor the new one");
            document = read;
        }

        SimFailure.Unless(full > 0 && both > 0 && acknowledged.All(list => list.Count > 0), "the check does not reach what it is for");
    }

    private static byte[] Bytes(SeededRandom random, int count)
    {
        byte[] bytes = new byte[count];
        random.Fill(bytes);
        return bytes;
    }

    private static bool Same(byte[][] a, List<byte[]> b) => a.Length == b.Count && a.Zip(b).All(pair => SameBytes(pair.First, pair.Second));

    private static bool SameBytes(byte[]? a, byte[]? b) => a is not null && b is not null && a.AsSpan().SequenceEqual(b);
}
