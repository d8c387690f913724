using System.Buffers.Binary;
using Kith.Protocol.Wire;

namespace Kith.Fuzz;

/// <summary>Reads an input as a script: what happens, with what. Numbers come from a small range, so that things meet again.</summary>
internal ref struct ScriptReader(ReadOnlySpan<byte> script)
{
    private ReadOnlySpan<byte> _rest = script;

    /// <summary>What happens next; false at the end.</summary>
    public bool TryTake(out int what)
    {
        what = _rest.IsEmpty ? 0 : _rest[0];
        bool any = !_rest.IsEmpty;
        _rest = any ? _rest[1..] : _rest;
        return any;
    }

    /// <summary>A byte; zero at the end.</summary>
    public int Take() => TryTake(out int value) ? value : 0;

    /// <summary>A number of 16 bits.</summary>
    public int TakeShort() => (Take() << 8) | Take();

    /// <summary>An endpoint of one of a few kinds.</summary>
    public InternetEndpoint TakeEndpoint()
    {
        int kind = Take();
        ushort port = (ushort)(5480 + (kind >> 4));
        return (kind & 7) switch
        {
            0 => new InternetEndpoint(InternetAddress.FromV4(0x0A000000 + (uint)(kind >> 4)), port),
            1 => new InternetEndpoint(InternetAddress.FromV4(0xC6336400 + (uint)(kind >> 4)), port),
            2 => new InternetEndpoint(InternetAddress.FromBytes([0x20, 1, 0x0D, 0xB8, .. new byte[11], (byte)(kind >> 4)]), port),
            3 => new InternetEndpoint(InternetAddress.FromBytes([0xFE, 0x80, .. new byte[13], (byte)(kind >> 4)]), port, 2),
            4 => new InternetEndpoint(InternetAddress.FromV4(0xC6336401), (ushort)TakeShort()),
            5 => new InternetEndpoint(InternetAddress.FromV4(BinaryPrimitives.ReverseEndianness((uint)TakeShort())), port),
            6 => Protocol.Paths.PathAddress.Relay(1 + (kind >> 4), 2),
            _ => Protocol.Paths.PathAddress.Tcp(1 + (kind >> 4)),
        };
    }

    /// <summary>A few of them.</summary>
    public InternetEndpoint[] TakeEndpoints()
    {
        InternetEndpoint[] endpoints = new InternetEndpoint[Take() % 20];
        for (int i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = TakeEndpoint();
        }

        return endpoints;
    }

    /// <summary>Up to so many bytes.</summary>
    public ReadOnlySpan<byte> TakeBytes(int count)
    {
        ReadOnlySpan<byte> bytes = _rest[..Math.Min(count, _rest.Length)];
        _rest = _rest[bytes.Length..];
        return bytes;
    }
}
