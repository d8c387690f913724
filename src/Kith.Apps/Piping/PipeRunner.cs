using Kith.Apps.Copying;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Piping;

/// <summary>A pipe from finding the other end to its end.</summary>
internal static class PipeRunner
{
    /// <summary>Finds the other end and carries everything.</summary>
    /// <param name="node">Knows the members.</param>
    /// <param name="transport">Dials and listens.</param>
    /// <param name="options">Which pipe.</param>
    /// <param name="local">Input and output here.</param>
    /// <param name="inputMayNeverEnd">Whether a person sits at the input.</param>
    /// <param name="onMet">Is told who is at the other end.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="ControlException">The other end cannot be met.</exception>
    public static async Task<PipeSummary> RunAsync(
        INodeControl node,
        IKithTransport transport,
        PipeOptions options,
        IDuplexEnd local,
        bool inputMayNeverEnd,
        Action<KithPeer> onMet,
        CancellationToken cancellationToken)
    {
        PipeFinder finder = await PipeFinder.StartAsync(node, transport, options, cancellationToken).ConfigureAwait(false);
        await using (finder.ConfigureAwait(false))
        {
            KithStream stream = await finder.MeetAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                onMet(stream.Peer);
                long started = TimeProvider.System.GetTimestamp();
                using PipeTransfer transfer = new(new KithEnd(stream), local, inputMayNeverEnd);
                PipeEnding ending = await transfer.RunAsync(cancellationToken).ConfigureAwait(false);
                return new PipeSummary(
                    $"{stream.Peer.Name}.{stream.Peer.NetworkName}",
                    transfer.SentBytes,
                    transfer.ReceivedBytes,
                    TimeProvider.System.GetElapsedTime(started).TotalSeconds,
                    ending);
            }
        }
    }
}
