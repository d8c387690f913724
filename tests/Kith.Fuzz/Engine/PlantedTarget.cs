using System.Buffers.Binary;

namespace Kith.Fuzz.Engine;

/// <summary>A parser with a known fault, to see that the engine finds it. Has a constructor with a parameter and so is not run as a target itself.</summary>
internal sealed class PlantedTarget(PlantedFault fault) : IFuzzTarget
{
    private const int HeadBytes = 4;

    private readonly Queue<byte[]> _kept = [];

    public string Name => $"planted-{fault}";

    public int InputBytesMax => 64;

    public IEnumerable<byte[]> Corpus => [[0x4B, 1, 0, 3, 7, 8, 9], [0x4B, 2, 0, 0]];

    private static void Spin()
    {
        double until = Memory.ThreadTime.Seconds + 0.002;
        while (Memory.ThreadTime.Seconds < until)
        {
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeadBytes || input[0] != 0x4B)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
        if (fault == PlantedFault.TrustsTheLength)
        {
            return input.Slice(HeadBytes, length).Length == length;
        }

        if (fault == PlantedFault.AllocatesTheLength && length > 0x7FF0)
        {
            _kept.Enqueue(new byte[length * 4]);
        }

        if (_kept.Count > 4)
        {
            _kept.Dequeue();
        }

        if (fault == PlantedFault.TakesTime && length > 0x7FF0)
        {
            Spin();
        }

        if (length != input.Length - HeadBytes)
        {
            return false;
        }

        byte[] again = [.. input];
        again[1] = fault == PlantedFault.LosesABit ? (byte)(again[1] & 0x7F) : again[1];
        Oracle.Same(input, again, "written again");
        return fault != PlantedFault.RefusesAll;
    }
}
