using System.Buffers.Binary;
using System.Net;
using Kith.Apps.Proxying;
using Kith.Apps.Proxying.Socks;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what a client of the SOCKS proxy sends: a greeting and a request.</summary>
[Covers(typeof(Apps.Proxying.Socks.SocksGreeting), typeof(Apps.Proxying.Socks.SocksRequest))]
internal sealed class SocksTarget : IFuzzTarget
{
    private static readonly byte[] Greeting = [5, 1, 0];

    public string Name => "socks";

    public IEnumerable<byte[]> Corpus =>
    [
        [.. Greeting, 5, 1, 0, 1, 192, 0, 2, 7, 0, 80],
        [.. Greeting, 5, 1, 0, 3, 8, .. "nas.home"u8, 0, 80],
        [5, 3, 0, 1, 2, 5, 1, 0, 4, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 22],
        [.. Greeting, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0],
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (SocksGreeting.TryDecode(input, out _, out int greeting) != ParseStatus.Done)
        {
            Oracle.True(greeting == 0, "bytes of no greeting were taken");
            return false;
        }

        ReadOnlySpan<byte> rest = input[greeting..];
        ParseStatus status = SocksRequest.TryDecode(rest, out SocksRequest request, out int consumed, out _);
        if (status != ParseStatus.Done)
        {
            Oracle.True(consumed == 0, "bytes of no request were taken");
            Oracle.True(status == ParseStatus.Invalid || rest.Length < SocksRequest.BytesMax, "it waits for more than a request may have");
            return false;
        }

        Oracle.True(consumed <= SocksRequest.BytesMax, "a request is longer than one may be");
        byte[] again = Encode(request, rest[3]);
        Oracle.Same(rest[..2], again.AsSpan(0, 2), "its own encoding");
        Oracle.Same(rest[3..consumed], again.AsSpan(3), "its own encoding");
        return true;
    }

    private static byte[] Encode(SocksRequest request, byte kind)
    {
        byte[] address = kind == 3
            ? [(byte)request.Destination.Host.Length, .. FuzzText.Bytes(request.Destination.Host)]
            : IPAddress.Parse(request.Destination.Host).GetAddressBytes();
        byte[] port = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)request.Destination.Port);
        return [SocksGreeting.Version, request.Command, 0, kind, .. address, .. port];
    }
}
