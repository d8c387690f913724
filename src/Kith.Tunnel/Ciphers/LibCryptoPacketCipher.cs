using Kith.Protocol.Crypto;
using Kith.Tunnel.Packets;

namespace Kith.Tunnel.Ciphers;

/// <summary>The cipher through libcrypto, packet by packet, with kept contexts.</summary>
internal sealed unsafe class LibCryptoPacketCipher : PacketCipher
{
    private readonly ChaChaPoly _cipher = new();

    public override string Name => "libcrypto";

    public override void Dispose() => _cipher.Dispose();

    protected override void SealBatch(ReadOnlySpan<byte> key, ulong counter, byte* datagrams, int length, int datagramBytes, int gapBytes)
    {
        for (int offset = 0; offset < length; offset += datagramBytes + gapBytes)
        {
            Span<byte> body = new(datagrams + offset + TransportLayout.HeaderBytes, Math.Min(datagramBytes, length - offset) - TransportLayout.HeaderBytes);
            _cipher.Seal(key, counter++, default, body[..^TransportLayout.TagBytes], body);
        }
    }

    protected override void OpenBatch(ReadOnlySpan<byte> key, Span<SealedPacket> packets)
    {
        foreach (ref SealedPacket packet in packets)
        {
            Span<byte> body = new(packet.Data, packet.Length + TransportLayout.TagBytes);
            packet.IsAuthentic = _cipher.TryOpen(key, packet.Counter, default, body, body);
        }
    }

    protected override void ForgetKeys() => _cipher.ForgetKeys();
}
