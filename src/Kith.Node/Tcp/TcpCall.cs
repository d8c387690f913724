using System.Net.WebSockets;

namespace Kith.Node.Tcp;

/// <summary>A connection that this node made: the WebSocket, and what it stands on.</summary>
internal sealed record TcpCall(WebSocket Socket, HttpMessageInvoker Transport) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Socket.Dispose();
        Transport.Dispose();
    }
}
