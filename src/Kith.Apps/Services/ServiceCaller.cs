using System.Globalization;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Services;

/// <summary>Calls a service of a device by its name or port, and puts into words what came of it.</summary>
internal static class ServiceCaller
{
    // The other side may try for ten seconds to connect the program behind the service.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Opens a stream to the program behind a service.</summary>
    /// <param name="transport">Dials the device.</param>
    /// <param name="target">The device as the user wrote it, and the name of the service.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ControlException">As of <see cref="IKithTransport"/>; <see cref="ControlError.PortRefused"/> also where the service leads nowhere.</exception>
    public static async ValueTask<KithStream> CallAsync(IKithTransport transport, DeviceTarget target, CancellationToken cancellationToken)
    {
        KithStream stream;
        try
        {
            stream = await transport.DialAsync(target.Device, ServiceCall.Protocol, cancellationToken).ConfigureAwait(false);
        }
        catch (ControlException refused) when (refused.Error == ControlError.PortRefused)
        {
            // A node that exposes nothing, such as one inside a program, does not listen either.
            throw Describe(new ServiceAnswer(ServiceAnswerKind.Unknown), target, target.Device);
        }

        try
        {
            ServiceAnswer? answer = await AskAsync(stream, target.Service!, target, cancellationToken).ConfigureAwait(false);
            return answer?.Kind == ServiceAnswerKind.Connected ? stream : throw Describe(answer, target, stream.Peer.Name);
        }
        catch
        {
            await EndAsync(stream).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Why a connection to a port of a device ended before anything was said: what the service there answers, or null if there is none to blame.</summary>
    public static async ValueTask<ControlException?> ExplainAsync(IKithTransport transport, DeviceTarget target, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        KithStream? stream = null;
        try
        {
            stream = await transport.DialAsync(target.Device, ServiceCall.Protocol, patience.Token).ConfigureAwait(false);
            ServiceAnswer? answer = await AskAsync(stream, target.Port.ToString(CultureInfo.InvariantCulture), target, patience.Token).ConfigureAwait(false);
            return answer?.Kind is ServiceAnswerKind.NothingBehind or ServiceAnswerKind.Full ? Describe(answer, target, stream.Peer.Name) : null;
        }
        catch (Exception failure) when (failure is ControlException or IOException or OperationCanceledException)
        {
            return null;
        }
        finally
        {
            await EndAsync(stream).ConfigureAwait(false);
        }
    }

    private static async ValueTask EndAsync(KithStream? stream)
    {
        if (stream is not null)
        {
            stream.Abort();
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<ServiceAnswer?> AskAsync(KithStream stream, string service, DeviceTarget target, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[ServiceAnswer.BytesMax + 1];
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await stream.WriteAsync(new ServiceCall(service).Encode(), patience.Token).ConfigureAwait(false);
            int length = await stream.ReadAsync(bytes.AsMemory(0, 1), patience.Token).ConfigureAwait(false);
            if (length == 1 && bytes[0] != (byte)ServiceAnswerKind.Connected)
            {
                length += await stream.ReadAtLeastAsync(bytes.AsMemory(length), bytes.Length - length, throwOnEndOfStream: false, patience.Token).ConfigureAwait(false);
            }

            return ServiceAnswer.TryDecode(bytes.AsSpan(0, length), out ServiceAnswer? answer) ? answer : null;
        }
        catch (Exception failure) when (failure is IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ControlException(ControlError.Timeout, $"{target.Device} did not answer.", $"Try again, or see: kith why {target.Device}", failure);
        }
    }

    private static ControlException Describe(ServiceAnswer? answer, DeviceTarget target, string device) => answer?.Kind switch
    {
        ServiceAnswerKind.NothingBehind => new ControlException(
            ControlError.PortRefused,
            string.Create(CultureInfo.InvariantCulture, $"{device}'s service {answer.Name} has nothing listening at port {answer.Port}."),
            $"Start the program there; 'kith expose' on {device} shows where its services lead."),
        ServiceAnswerKind.Full => new ControlException(
            ControlError.PeerRefused, $"{target} has as many connections open as it may.", "Close some, or try again in a moment."),
        ServiceAnswerKind.Unknown => new ControlException(
            ControlError.PortRefused, $"{target.Device} exposes no service named {target.Service} to this device.", "See what there is with: kith services"),
        _ => new ControlException(ControlError.PeerRefused, $"{device} gave an answer that is not well formed.", "It may run another version of Kith: compare with kith --version"),
    };
}
