using System.Security.Cryptography;
using Kith.Apps.Copying;

namespace Kith.Apps.Piping;

/// <summary>
/// The rules by which exactly two of any number of devices become the ends of a pipe. Of two devices the one with the lower id calls and the other one is called; who is
/// called and has the higher id asks to be called by a knock. Each makes or takes one offer at a time. Whoever waits, waits for a higher id, so nobody waits in a circle.
/// Thread-safe.
/// </summary>
internal sealed class PipeMeeting : IDisposable
{
    /// <summary>How long one step of a meeting may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _self;
    private readonly byte[] _key;
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>Prepares a meeting.</summary>
    /// <param name="self">This device's node id.</param>
    /// <param name="key">The key of the proofs.</param>
    public PipeMeeting(string self, byte[] key)
    {
        _self = self;
        _key = key;
    }

    /// <summary>Whether this end has its other end.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Whether this device is the one that calls.</summary>
    public bool Calls(string other) => string.CompareOrdinal(_self, other) < 0;

    /// <summary>Speaks first, on a stream to another device that listens for the pipe.</summary>
    public async Task<PipeMeetingResult> CallAsync(IDuplexEnd stream, string other, CancellationToken cancellationToken)
    {
        if (!Calls(other))
        {
            await stream.WriteAsync(new[] { (byte)PipeMessageKind.Knock }, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(stream, 1, cancellationToken).ConfigureAwait(false) is [(byte)PipeMessageKind.Taken] ? PipeMeetingResult.Taken : PipeMeetingResult.Nothing;
        }

        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return IsTaken ? PipeMeetingResult.Nothing : await OfferAsync(stream, other, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Answers on a stream that another device opened.</summary>
    public async Task<PipeMeetingResult> AnswerAsync(IDuplexEnd stream, string other, CancellationToken cancellationToken)
    {
        byte[] kind = await ReadAsync(stream, 1, cancellationToken).ConfigureAwait(false);
        if (kind is [(byte)PipeMessageKind.Knock] && Calls(other))
        {
            await stream.WriteAsync(new[] { (byte)(IsTaken ? PipeMessageKind.Taken : PipeMessageKind.Calling) }, cancellationToken).ConfigureAwait(false);
            return IsTaken ? PipeMeetingResult.Nothing : PipeMeetingResult.Knocked;
        }

        if (kind is not [(byte)PipeMessageKind.Offer] || Calls(other))
        {
            return PipeMeetingResult.Nothing;
        }

        byte[] callersNonce = await ReadAsync(stream, PipeProof.NonceBytes, cancellationToken).ConfigureAwait(false);
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await AcceptAsync(stream, other, callersNonce, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Refuses a device that is not the one meant.</summary>
    public static ValueTask RefuseAsync(IDuplexEnd stream, CancellationToken cancellationToken) =>
        stream.WriteAsync(new[] { (byte)PipeMessageKind.Taken }, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private static async Task<byte[]> ReadAsync(IDuplexEnd stream, int bytes, CancellationToken cancellationToken)
    {
        byte[] message = new byte[bytes];
        int length = 0;
        while (length < bytes)
        {
            int read = await stream.ReadAsync(message.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new IOException("the other end closed in the middle of the meeting");
            }

            length += read;
        }

        return message;
    }

    private async Task<PipeMeetingResult> OfferAsync(IDuplexEnd stream, string other, CancellationToken cancellationToken)
    {
        byte[] ownNonce = RandomNumberGenerator.GetBytes(PipeProof.NonceBytes);
        await stream.WriteAsync((byte[])[(byte)PipeMessageKind.Offer, .. ownNonce], cancellationToken).ConfigureAwait(false);
        byte[] kind = await ReadAsync(stream, 1, cancellationToken).ConfigureAwait(false);
        if (kind is not [(byte)PipeMessageKind.Accept])
        {
            return kind is [(byte)PipeMessageKind.Taken] ? PipeMeetingResult.Taken : PipeMeetingResult.Nothing;
        }

        byte[] otherNonce = await ReadAsync(stream, PipeProof.NonceBytes, cancellationToken).ConfigureAwait(false);
        byte[] proof = await ReadAsync(stream, PipeProof.Bytes, cancellationToken).ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(proof, PipeProof.OfCalled(_key, _self, other, ownNonce, otherNonce)))
        {
            return PipeMeetingResult.Nothing;
        }

        await stream.WriteAsync((byte[])[.. PipeProof.OfCaller(_key, _self, other, ownNonce, otherNonce), (byte)PipeMessageKind.Go], cancellationToken).ConfigureAwait(false);
        IsTaken = true;
        return PipeMeetingResult.Met;
    }

    private async Task<PipeMeetingResult> AcceptAsync(IDuplexEnd stream, string other, byte[] callersNonce, CancellationToken cancellationToken)
    {
        if (IsTaken)
        {
            await RefuseAsync(stream, cancellationToken).ConfigureAwait(false);
            return PipeMeetingResult.Nothing;
        }

        byte[] ownNonce = RandomNumberGenerator.GetBytes(PipeProof.NonceBytes);
        byte[] own = PipeProof.OfCalled(_key, other, _self, callersNonce, ownNonce);
        await stream.WriteAsync((byte[])[(byte)PipeMessageKind.Accept, .. ownNonce, .. own], cancellationToken).ConfigureAwait(false);
        byte[] answer = await ReadAsync(stream, PipeProof.Bytes + 1, cancellationToken).ConfigureAwait(false);
        bool isProven = CryptographicOperations.FixedTimeEquals(answer.AsSpan(0, PipeProof.Bytes), PipeProof.OfCaller(_key, other, _self, callersNonce, ownNonce));
        IsTaken = isProven && answer[^1] == (byte)PipeMessageKind.Go;
        return IsTaken ? PipeMeetingResult.Met : PipeMeetingResult.Nothing;
    }
}
