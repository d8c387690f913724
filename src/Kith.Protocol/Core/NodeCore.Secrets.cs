using System.Buffers.Binary;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>The rendezvous secrets of the networks: knowing the newest one, handing it on, replacing it.</content>
public sealed partial class NodeCore
{
    private const int SecretAsksMax = 3;
    private const int ReplaceSecretSpreadMilliseconds = 8000;
    private static readonly TimeSpan SecretAskInterval = TimeSpan.FromSeconds(5);

    // Whoever left knows the secret still: some admin replaces it. Each waits a while of its own, so that usually one does.
    private void ReplaceStaleSecrets(ClockReading now)
    {
        foreach (LocalNetwork network in _networks.Values.ToList())
        {
            if (!network.IsActive || !network.Log.State.SecretIsStale || !network.Self!.IsAdmin)
            {
                network.ReplaceSecretAt = Instant.Never;
            }
            else if (network.ReplaceSecretAt == Instant.Never)
            {
                network.ReplaceSecretAt = now.Monotonic + TimeSpan.FromMilliseconds(_random.NextBelow(ReplaceSecretSpreadMilliseconds));
            }
            else if (now.Monotonic >= network.ReplaceSecretAt)
            {
                network.ReplaceSecretAt = Instant.Never;
                try
                {
                    Commit(now, network, "", network.Log.PrepareNewSecret(_key, now.WallMilliseconds, _random));
                }
                catch (NodeCoreException)
                {
                    // Frozen, or the disk is full, which has been reported: tried again at the next look.
                }
            }
        }
    }

    private StoreResult SaveSecret(LocalNetwork network)
    {
        byte[] content = new byte[SecretMessage.BodyBytes];
        new SecretMessage(network.Secret!.Value).Encode(content);
        return _store.ReplaceDocument(network.SecretDocument, content);
    }

    // The newest secret that the log holds for us, if it is newer than the one we have.
    private void UseSecretFromLog(LocalNetwork network)
    {
        if (network.Log.TryOpenSecret(_key, out NetworkSecret secret) && secret.Epoch > network.SecretEpoch)
        {
            network.ReplacedSecret = network.Secret;
            network.Secret = secret;
            network.Published.Forget();
            SaveSecret(network);
        }
    }

    private void AskForSecrets(ClockReading now)
    {
        foreach (LocalNetwork network in _networks.Values)
        {
            if (!network.IsActive || network.SecretEpoch >= network.Log.State.SecretEpoch || now.Monotonic < network.NextSecretAsk)
            {
                continue;
            }

            network.NextSecretAsk = now.Monotonic + SecretAskInterval;
            byte[] body = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(body, network.SecretEpoch);
            foreach (SyncStream stream in _syncStreams.Where(stream => stream.Network == network && stream.Peer is not null).Take(SecretAsksMax))
            {
                stream.Stream.Write(now, ControlMessageType.SecretRequest, body);
            }
        }
    }

    private static bool AnswerSecretRequest(ClockReading now, SyncStream stream, ReadOnlySpan<byte> body)
    {
        if (body.Length != 4)
        {
            return false;
        }

        LocalNetwork network = stream.Network!;
        if (network.SecretEpoch > BinaryPrimitives.ReadUInt32BigEndian(body))
        {
            WriteSecret(now, stream, ControlMessageType.Secret, network);
        }

        return true;
    }

    private static void WriteSecret(ClockReading now, SyncStream stream, ControlMessageType type, LocalNetwork network)
    {
        if (network.Secret is { } secret)
        {
            Span<byte> body = stackalloc byte[SecretMessage.BodyBytes];
            new SecretMessage(secret).Encode(body);
            stream.Stream.Write(now, type, body);
        }
    }

    private bool TakeSecret(ClockReading now, LocalNetwork network, ReadOnlySpan<byte> body)
    {
        if (!SecretMessage.TryDecode(body, out SecretMessage message))
        {
            return false;
        }

        // Believed only if it is the one that the log's newest statement commits to.
        if (message.Secret.Epoch > network.SecretEpoch && network.Log.IsNewestSecret(message.Secret))
        {
            network.ReplacedSecret = network.Secret;
            network.Secret = message.Secret;
            network.Published.Forget();
            SaveSecret(network);
            UpdateLan(now);
        }

        return true;
    }
}
