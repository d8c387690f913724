using Kith.Protocol.Wire;

namespace Kith.Tunnel.Threads;

/// <summary>
/// A UDP socket of one family. One thread receives; any thread sends. Receiving may join datagrams of equal length from one
/// source; sending may split a buffer into such. What the system says about an earlier datagram (refused, unreachable, too big) ends nothing.
/// </summary>
internal abstract unsafe class DatagramSocket : IDisposable
{
    /// <summary>What <see cref="Receive"/> returns when the socket has been closed.</summary>
    public const int Closed = -1;

    /// <summary>What <see cref="SendSegments"/> returns when the send buffer has no room.</summary>
    public const int Full = -1;

    /// <summary>The largest payload that UDP over IPv4 carries; also what a receive buffer must hold.</summary>
    public const int ReceiveBytesMax = 65536;

    /// <summary>Most datagrams in one segmented send: older kernels take no more (UDP_MAX_SEGMENTS).</summary>
    public const int SegmentCountMax = 64;

    /// <summary>Most bytes in one segmented send, below what fits one IP packet of either family.</summary>
    public const int SegmentedBytesMax = 65_500;

    /// <summary>The port.</summary>
    public abstract ushort Port { get; }

    /// <summary>Whether this is for IPv6.</summary>
    public abstract bool IsV6 { get; }

    /// <summary>Whether <see cref="SendSegments"/> hands the kernel everything at once.</summary>
    public abstract OffloadStatus SendSegmentation { get; }

    /// <summary>Whether <see cref="Receive"/> may return several datagrams.</summary>
    public abstract OffloadStatus ReceiveCoalescing { get; }

    /// <inheritdoc cref="LinuxDatagramSocket.TryBind"/>
    public static DatagramSocket? TryOpen(bool isV6, ushort port, FastPathOptions options) => options.UsePortableSockets
        ? PortableDatagramSocket.TryBind(isV6, port, options)
        : LinuxDatagramSocket.TryBind(isV6, port, options);

    /// <summary>
    /// Waits for datagrams. Returns their bytes together, each <paramref name="segmentBytes"/> long but the last, all from
    /// <paramref name="source"/>; 0 for nothing this time; <see cref="Closed"/> at the end.
    /// </summary>
    /// <remarks>With <paramref name="mayWait"/> false there may also be nothing yet.</remarks>
    public abstract int Receive(byte* buffer, bool mayWait, out int segmentBytes, out InternetEndpoint source);

    /// <summary>
    /// Sends one datagram without waiting: false if the buffer is full or the system refuses it. One thread at a time; another may be in <see cref="SendSegments"/>.
    /// </summary>
    /// <param name="destination">Where to.</param>
    /// <param name="datagram">The datagram.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="ttl">Its time to live or hop limit; 0 for the system's own.</param>
    /// <param name="dontFragment">Whether it is to be lost rather than fragmented, here or on its way.</param>
    public abstract bool Send(in InternetEndpoint destination, byte* datagram, int length, byte ttl = 0, bool dontFragment = false);

    /// <summary>
    /// Sends <paramref name="length"/> bytes as datagrams of <paramref name="segmentBytes"/> each, the last possibly shorter. Returns how many calls it took; 0 if all failed;
    /// <see cref="Full"/> if nothing was sent because there is no room in the send buffer, which is said only where it need not wait.
    /// </summary>
    /// <remarks>With <paramref name="mayWait"/> false it does not wait for room in the send buffer where the system can send all with one call.</remarks>
    public abstract int SendSegments(SendTarget target, byte* datagrams, int length, int segmentBytes, bool mayWait = true);

    /// <summary>Asks for buffers of other sizes; the system may grant less.</summary>
    public abstract void AskForBuffers(int receiveBytes, int sendBytes);

    /// <summary>Ends a blocked <see cref="Receive"/>, now and from now on.</summary>
    public abstract void Wake();

    /// <inheritdoc/>
    public abstract void Dispose();
}
