using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kith.Protocol.Discovery.Dns;

namespace Kith.Node.Resolving;

/// <summary>
/// Asks the machine's name servers for TXT records, which the system's own resolver has no call for: over UDP, each question from a port of its own with a random number, and over TCP where
/// an answer is cut off. Bounded in time and size. Thread-safe.
/// </summary>
internal static class TxtResolver
{
    private const int Rounds = 2;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The records of <c>_kith.NAME</c>, or where that has none of ours those of the name itself. Null with a few words where nobody answers.
    /// </summary>
    public static async Task<(TxtAnswer? Answer, string? Failure)> LookUpAsync(DnsName name, IReadOnlyList<IPEndPoint> servers, CancellationToken cancellationToken)
    {
        if (servers.Count == 0)
        {
            return (null, "this machine has no name server");
        }

        TxtAnswer? first = await AskAllAsync(DnsName.Parse($"_kith.{name}"), servers, cancellationToken).ConfigureAwait(false);
        if (first is null || first.Outcome == TxtOutcome.Failed || first.Texts.Any(static text => SealedText.IsOne(text)))
        {
            return (first, first is null ? "no name server answers" : null);
        }

        TxtAnswer? second = await AskAllAsync(name, servers, cancellationToken).ConfigureAwait(false);
        return (second ?? first, null);
    }

    private static async Task<TxtAnswer?> AskAllAsync(DnsName name, IReadOnlyList<IPEndPoint> servers, CancellationToken cancellationToken)
    {
        TxtAnswer? failed = null;
        for (int i = 0; i < Rounds * servers.Count; i++)
        {
            IPEndPoint server = servers[i % servers.Count];
            TxtAnswer? answer = await AskAsync(name, server, isTcp: false, cancellationToken).ConfigureAwait(false);
            if (answer?.Outcome == TxtOutcome.Truncated)
            {
                answer = await AskAsync(name, server, isTcp: true, cancellationToken).ConfigureAwait(false);
            }

            if (answer is { Outcome: not (TxtOutcome.Failed or TxtOutcome.Truncated) })
            {
                return answer;
            }

            failed = answer ?? failed;
        }

        return failed;
    }

    private static async Task<TxtAnswer?> AskAsync(DnsName name, IPEndPoint server, bool isTcp, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_patience);
        byte[] buffer = new byte[DnsMessage.BytesMax];
        ushort id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        int length = TxtAnswer.WriteQuestion(buffer.AsSpan(2), id, name);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        try
        {
            using Socket socket = new(server.AddressFamily, isTcp ? SocketType.Stream : SocketType.Dgram, isTcp ? ProtocolType.Tcp : ProtocolType.Udp);
            await socket.ConnectAsync(server, limit.Token).ConfigureAwait(false);
            await socket.SendAsync(isTcp ? buffer.AsMemory(0, length + 2) : buffer.AsMemory(2, length), limit.Token).ConfigureAwait(false);
            while (true)
            {
                int received = isTcp ? await ReadMessageAsync(socket, buffer, limit.Token).ConfigureAwait(false) : await socket.ReceiveAsync(buffer, limit.Token).ConfigureAwait(false);
                if (TxtAnswer.TryRead(buffer.AsSpan(0, received), id, name, out TxtAnswer? answer) || isTcp)
                {
                    return answer;
                }
            }
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // Each message over TCP has its length before it (RFC 1035 section 4.2.2). Zero for one that is too long, or where the connection ends.
    private static async Task<int> ReadMessageAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        await using NetworkStream stream = new(socket, ownsSocket: false);
        try
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
            int length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            if (length > buffer.Length)
            {
                return 0;
            }

            await stream.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            return length;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
