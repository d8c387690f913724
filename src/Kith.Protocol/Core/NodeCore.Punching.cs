using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Paths.Punching;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <content>From relayed paths to direct ones: calls, witnesses and extra sockets.</content>
public sealed partial class NodeCore
{
    private const int WitnessesAsked = 3;
    private const int WitnessAnswersPerSecondMax = 32;

    private readonly PunchBudget _punchBudget = new();
    private bool _isSelfNews = true;
    private Instant _witnessSecond = new(long.MinValue / 2);
    private int _witnessAnswers;

    /// <summary>What was tried to reach a member directly, for <c>kith why</c>; null for whoever is no member.</summary>
    public PunchReport? DescribePunching(NodeId node) => _members.TryGetValue(node, out RemotePeer? peer) ? peer.Puncher?.Report : null;

    private void AddPuncher(ClockReading now, RemotePeer peer)
    {
        bool isFirst = Id.Value.CompareTo(peer.Id.Value) < 0;
        peer.Puncher = new Puncher(peer.Paths!, _punchBudget, _random, isFirst);
        peer.Puncher.HandleSelf(now, new PunchSelf(OwnCandidates, Nat));
    }

    // Candidates or what is known of translators changed; taken up when everything that changes with them is done.
    private void NoteSelfNews() => _isSelfNews = true;

    private bool TellSelfNews(ClockReading now)
    {
        if (!_isSelfNews)
        {
            return false;
        }

        _isSelfNews = false;
        PunchSelf self = new(OwnCandidates, Nat);
        foreach (RemotePeer peer in _members.Values)
        {
            peer.Puncher?.HandleSelf(now, self);
            Touch(now, peer);
        }

        return true;
    }

    private void UpdatePunching(ClockReading now, RemotePeer peer)
    {
        if (peer.Puncher is not { } puncher)
        {
            return;
        }

        puncher.HandlePaths(now);
        SendCalls(now, peer, puncher);
    }

    private void SendCalls(ClockReading now, RemotePeer peer, Puncher puncher)
    {
        Span<byte> frame = stackalloc byte[CallMe.BytesMax];
        while (puncher.TryGetCall(out CallMe? call, out InternetEndpoint to))
        {
            SendFrameTo(now, peer, to, frame[..call!.Encode(frame)]);
        }

        if (puncher.TryTakeWitnessWish())
        {
            AskWitnesses(now, peer);
        }

        while (_punchBudget.TryGetClosed(out uint socket))
        {
            Raise(new NodeEvent.SocketDone(socket));
        }
    }

    private void HandleCall(ClockReading now, RemotePeer peer, in InternetEndpoint source, CallMe call)
    {
        if (peer.Puncher is { } puncher)
        {
            TellNewestPort(now, puncher);
            puncher.HandleCall(now, call, source);
            Touch(now, peer);
        }
    }

    private void HandlePunchTimeout(ClockReading now, RemotePeer peer)
    {
        if (peer.Puncher is { } puncher && puncher.NextTimeout <= now.Monotonic)
        {
            TellNewestPort(now, puncher);
            puncher.HandleTimeout(now);
        }
    }

    // Which port a stepping translator used last is no news to anybody, but what a call says must count from there.
    private void TellNewestPort(ClockReading now, Puncher puncher)
    {
        if (Nat.Mapping == NatClass.Stepping)
        {
            puncher.HandleSelf(now, new PunchSelf(OwnCandidates, Nat));
        }
    }

    // Those who hear us on a path of their own most likely hear the other one too.
    private void AskWitnesses(ClockReading now, RemotePeer about)
    {
        Span<byte> frame = stackalloc byte[WitnessAsk.Length];
        int length = new WitnessAsk(about.Id.ShortId).Encode(frame);
        int asked = 0;
        foreach (RemotePeer third in _members.Values)
        {
            if (asked < WitnessesAsked && third != about && third.Paths is { HasDirect: true } paths && third.Networks.Exists(about.Networks.Contains))
            {
                SendFrameTo(now, third, paths.Current!.Value.Endpoint, frame[..length]);
                asked++;
            }
        }
    }

    // Only about members of a network that the asker is in too, and only what our own ears say now.
    private void AnswerWitness(ClockReading now, RemotePeer asker, in InternetEndpoint source, in WitnessAsk ask)
    {
        if (FindByShortId(ask.Member) is not { Paths: { HasDirect: true } paths } about
            || about == asker
            || !about.Networks.Exists(asker.Networks.Contains)
            || !TryTakeWitnessAnswer(now))
        {
            return;
        }

        Span<byte> frame = stackalloc byte[Witness.BytesMax];
        SendFrameTo(now, asker, source, frame[..new Witness(ask.Member, paths.Current!.Value.Endpoint).Encode(frame)]);
    }

    private void HandleWitness(ClockReading now, RemotePeer from, in Witness witness)
    {
        if (FindByShortId(witness.Member) is { Puncher: { } puncher } about && about != from && about.Networks.Exists(from.Networks.Contains))
        {
            puncher.HandleWitness(now, witness.Endpoint);
            Touch(now, about);
        }
    }

    private bool TryTakeWitnessAnswer(Instant now)
    {
        if (now - _witnessSecond >= TimeSpan.FromSeconds(1))
        {
            _witnessSecond = now;
            _witnessAnswers = 0;
        }

        return _witnessAnswers++ < WitnessAnswersPerSecondMax;
    }
}
