using System.Buffers;
using System.IO.Pipelines;
using Kith.Node.Control;
using Kith.Protocol.Core.Applications;
using Kith.Protocol.Identity;

namespace Kith.Node.Streams;

/// <summary>The named protocols of a node: one port, and on it whoever says a name first. Thread-safe.</summary>
internal sealed class NodeProtocols(NodeStreams streams)
{
    private readonly Dictionary<string, ProtocolListener> _listeners = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, int> _prefacesOf = [];
    private int _prefaces;
    private bool _isStopped;

    /// <summary>In which time a dialler must have named its protocol, and is answered.</summary>
    public TimeSpan PrefaceLimit { get; init; } = TimeSpan.FromSeconds(ApplicationConstants.PrefaceSecondsMax);

    /// <summary>Opens the port and serves it until the node stops.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        NodeListener listener = await streams.ListenAsync(ApplicationConstants.Port, cancellationToken).ConfigureAwait(false);
        _ = ServeAsync(listener);
    }

    /// <summary>Opens a stream to whoever listens for a name on a device.</summary>
    public async ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken)
    {
        CheckName(protocol);
        KithStream stream;
        try
        {
            stream = await streams.DialAsync(device, ApplicationConstants.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (ControlException failure) when (failure.Error == ControlError.PortRefused)
        {
            throw Unknown(device, protocol);
        }

        try
        {
            return await AskAsync(stream, device, protocol, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            stream.Abort();
            throw;
        }
    }

    /// <summary>Listens for a name.</summary>
    public ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken)
    {
        CheckName(protocol);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_isStopped)
            {
                throw new ControlException(ControlError.NodeNotRunning, "The node is stopping.", "Start it again with 'kith up'.");
            }

            if (_listeners.ContainsKey(protocol))
            {
                throw new ControlException(ControlError.PortInUse, $"Somebody listens for '{protocol}' on this device already.", "Stop it, or choose another name.");
            }

            if (_listeners.Count >= ApplicationConstants.NamesMax)
            {
                throw new ControlException(ControlError.LimitReached, "This node listens for as many names as it can.", "Close some that are not needed any more.");
            }

            ProtocolListener listener = new(protocol, Remove);
            _listeners.Add(protocol, listener);
            return ValueTask.FromResult<KithListener>(listener);
        }
    }

    private static void CheckName(string protocol)
    {
        if (!ProtocolPreface.IsName(protocol))
        {
            throw new ControlException(ControlError.Usage, $"'{protocol}' is no name of a protocol.", "Use 1 to 64 of a-z, 0-9 and . _ / -");
        }
    }

    private static ControlException Unknown(string device, string protocol) => new(
        ControlError.PortRefused, $"Nobody listens for '{protocol}' on {device}.", "Start the other end there first.");

    private async ValueTask<KithStream> AskAsync(KithStream stream, string device, string protocol, CancellationToken cancellationToken)
    {
        byte[] preface = new byte[ApplicationConstants.PrefaceBytesMax];
        int length = ProtocolPreface.Encode(protocol, preface);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PrefaceLimit);
        try
        {
            await stream.WriteAsync(preface.AsMemory(0, length), limit.Token).ConfigureAwait(false);
            int count = await stream.ReadAsync(preface.AsMemory(0, 1), limit.Token).ConfigureAwait(false);
            return (ProtocolAnswer)preface[0] switch
            {
                _ when count == 0 => throw Silent(device, null),
                ProtocolAnswer.Accepted => stream,
                ProtocolAnswer.Unknown => throw Unknown(device, protocol),
                _ => throw new ControlException(ControlError.PeerRefused, $"{device} does not take another '{protocol}' now.", "Try again in a moment."),
            };
        }
        catch (IOException failure)
        {
            throw Silent(device, failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(device, failure);
        }
    }

    private static ControlException Silent(string device, Exception? cause) =>
        new(ControlError.Timeout, $"{device} did not answer.", $"Try again, or see: kith why {device}", cause);

    private async Task ServeAsync(NodeListener listener)
    {
        try
        {
            await foreach (KithStream stream in listener.AcceptAllAsync().ConfigureAwait(false))
            {
                if (TryEnter(stream.Peer.Id))
                {
                    _ = AnswerAsync(stream);
                }
                else
                {
                    stream.Abort();
                    streams.NoteRefused(stream.Peer.Id);
                }
            }
        }
        catch (ControlException)
        {
            // The node has stopped.
            FailAll();
        }
    }

    private async Task AnswerAsync(KithStream stream)
    {
        try
        {
            using CancellationTokenSource limit = new(PrefaceLimit);
            if (await ReadNameAsync(stream.Input, limit.Token).ConfigureAwait(false) is { } name)
            {
                await HandOverAsync(stream, name, limit.Token).ConfigureAwait(false);
            }
            else
            {
                stream.Abort();
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            stream.Abort();
        }
        finally
        {
            Leave(stream.Peer.Id);
        }
    }

    private bool TryEnter(NodeId member)
    {
        lock (_lock)
        {
            int ofMember = _prefacesOf.GetValueOrDefault(member);
            if (_prefaces == ApplicationConstants.PrefacesMax || ofMember == ApplicationConstants.PrefacesPerMemberMax)
            {
                return false;
            }

            _prefaces++;
            _prefacesOf[member] = ofMember + 1;
            return true;
        }
    }

    private void Leave(NodeId member)
    {
        lock (_lock)
        {
            _prefaces--;
            if (--_prefacesOf[member] == 0)
            {
                _prefacesOf.Remove(member);
            }
        }
    }

    private static async ValueTask<string?> ReadNameAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            PrefaceParse parse = Parse(result.Buffer, out string name, out int length);
            if (parse == PrefaceParse.Ok)
            {
                input.AdvanceTo(result.Buffer.GetPosition(length));
                return name;
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (parse == PrefaceParse.Malformed || result.IsCompleted)
            {
                return null;
            }
        }
    }

    private static PrefaceParse Parse(in ReadOnlySequence<byte> buffer, out string name, out int length)
    {
        Span<byte> bytes = stackalloc byte[ApplicationConstants.PrefaceBytesMax];
        int count = (int)Math.Min(bytes.Length, buffer.Length);
        buffer.Slice(0, count).CopyTo(bytes);
        return ProtocolPreface.TryDecode(bytes[..count], out name, out length);
    }

    // The answer goes out first: whoever takes the stream may write at once.
    private async ValueTask HandOverAsync(KithStream stream, string name, CancellationToken cancellationToken)
    {
        ProtocolListener? listener;
        lock (_lock)
        {
            listener = _listeners.GetValueOrDefault(name);
        }

        ProtocolAnswer answer = listener is null ? ProtocolAnswer.Unknown : listener.HasRoom ? ProtocolAnswer.Accepted : ProtocolAnswer.Refused;
        await stream.WriteAsync(new byte[] { (byte)answer }, cancellationToken).ConfigureAwait(false);
        if (answer != ProtocolAnswer.Accepted)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        else if (!listener!.TryOffer(stream))
        {
            stream.Abort();
        }
    }

    private void Remove(ProtocolListener listener)
    {
        lock (_lock)
        {
            if (_listeners.GetValueOrDefault(listener.Protocol!) == listener)
            {
                _listeners.Remove(listener.Protocol!);
            }
        }
    }

    private void FailAll()
    {
        ProtocolListener[] listeners;
        lock (_lock)
        {
            _isStopped = true;
            listeners = [.. _listeners.Values];
            _listeners.Clear();
        }

        foreach (ProtocolListener listener in listeners)
        {
            listener.Fail();
        }
    }
}
