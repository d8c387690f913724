using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Kith.Node.Control;
using Kith.Protocol.Identity;

namespace Kith.Node.Streams.Socket;

/// <summary>A <see cref="KithPeer"/> as it crosses the control socket, in JSON without any character that a header could not carry.</summary>
/// <param name="Id">The device.</param>
/// <param name="Name">Its name.</param>
/// <param name="Network">The network.</param>
/// <param name="NetworkName">Its name.</param>
/// <param name="Role">What the device may do there.</param>
/// <param name="Address">Virtual address and port.</param>
internal sealed record PeerHeader(string Id, string Name, string Network, string NetworkName, MemberRole Role, string Address)
{
    /// <summary>The header's text.</summary>
    public static string Encode(KithPeer peer) => JsonSerializer.Serialize(
        new PeerHeader(peer.Id.ToString(), peer.Name, peer.Network.ToString(), peer.NetworkName, peer.Role, peer.Address.ToString()), StreamJson.Default.PeerHeader);

    /// <summary>Reads the header.</summary>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out KithPeer? peer)
    {
        peer = null;
        try
        {
            if (text is not null && JsonSerializer.Deserialize(text, StreamJson.Default.PeerHeader) is { } header
                && NodeId.TryParse(header.Id, out NodeId id) && NetworkId.TryParse(header.Network, out NetworkId network)
                && IPEndPoint.TryParse(header.Address, out IPEndPoint? address))
            {
                peer = new KithPeer(id, header.Name, network, header.NetworkName, header.Role, address);
            }
        }
        catch (JsonException)
        {
            // Told by the result.
        }

        return peer is not null;
    }
}
