using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Membership.Bodies;

/// <summary>Founds a network. Its author is the first member and an admin.</summary>
/// <param name="Nonce">Random, so that two networks of the same name by the same founder differ.</param>
/// <param name="Ipv4Prefix">The network's /20 out of 100.64.0.0/10, host byte order, host part zero.</param>
/// <param name="NetworkName">The network's name: one DNS label.</param>
/// <param name="DeviceName">The name of the founder's device: one DNS label.</param>
public sealed record GenesisBody(Bytes32 Nonce, uint Ipv4Prefix, string NetworkName, string DeviceName) : StatementBody
{
    /// <inheritdoc/>
    public override BodyType Type => BodyType.Genesis;

    /// <inheritdoc/>
    public override int EncodedLength => Bytes32.Length + 4 + 1 + NetworkName.Length + 1 + DeviceName.Length;

    internal static GenesisBody? Read(ref SpanReader reader) =>
        TryReadBytes32(ref reader, out Bytes32 nonce)
        && reader.TryReadUInt32(out uint prefix) && VirtualAddress.IsV4Prefix(prefix)
        && Membership.DeviceName.TryRead(ref reader, out string? network)
        && Membership.DeviceName.TryRead(ref reader, out string? device)
            ? new GenesisBody(nonce, prefix, network, device)
            : null;

    internal override void Encode(ref SpanWriter writer)
    {
        Nonce.WriteTo(writer.Take(Bytes32.Length));
        writer.WriteUInt32(Ipv4Prefix);
        Membership.DeviceName.Write(ref writer, NetworkName);
        Membership.DeviceName.Write(ref writer, DeviceName);
    }
}
