using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Paths.Frames;
using Kith.Protocol.Relay;
using Kith.Protocol.Wire;
using Kith.Tests.Core.Nuisances;

namespace Kith.Lab.Floods;

/// <summary>What a hostile member does: each deed is done over and over.</summary>
internal static class HostileDeeds
{
    private const int AtOnce = 64;

    /// <summary>Every deed, by what the node that suffers it calls it.</summary>
    public static IReadOnlyDictionary<string, Func<Action<HostileMember, ClockReading>>> All { get; } = new Dictionary<string, Func<Action<HostileMember, ClockReading>>>
    {
        ["frames"] = () => Pings,
        ["relaying"] = () => Relay,
        ["streams"] = () => HalfOpen,
        ["brokenMessages"] = () => new Stream(ControlMessageType.Whereabouts, [255, 255, .. new byte[1000]]).Say,
        ["messages"] = () => new Stream((ControlMessageType)200, new byte[4000]).Say,
    };

    private static void Pings(HostileMember member, ClockReading now)
    {
        Span<byte> frame = stackalloc byte[64];
        int length = new PathPing(7, 0, 0).Encode(frame);
        for (int i = 0; i < AtOnce; i++)
        {
            member.Send(now, frame[..length]);
        }
    }

    private static void Relay(HostileMember member, ClockReading now)
    {
        Span<byte> frame = stackalloc byte[1300];
        int length = new RelayFrame(3, 0xDEAD_BEEF, member.Key.Id.ShortId, new byte[1200]).Encode(frame);
        for (int i = 0; i < AtOnce; i++)
        {
            member.Send(now, frame[..length]);
        }
    }

    private static void HalfOpen(HostileMember member, ClockReading now)
    {
        member.IsDeaf = true;
        for (int i = 0; i < AtOnce && member.StreamCount < 10_000; i++)
        {
            member.Dial(now, ControlConstants.Port);
        }
    }

    // One control stream after another, each full of the same message.
    private sealed class Stream(ControlMessageType type, byte[] body)
    {
        private ControlStream? _stream;
        private Instant _opened;

        public void Say(HostileMember member, ClockReading now)
        {
            if (member.IsDeaf)
            {
                member.IsDeaf = false;
                member.AbortAll(now);
            }

            bool isOver = _stream?.Connection.CloseReason is not (null or Protocol.Netstack.CloseReason.None);
            if (_stream is null || (isOver && now.Monotonic - _opened > TimeSpan.FromMilliseconds(50)))
            {
                _opened = now;
                _stream = member.OpenControl(now);
            }

            while (!isOver && _stream.CanProduce)
            {
                _stream.Write(now, type, body);
            }

            _stream.Flush(now);
            member.Flush(now);
            Thread.Sleep(isOver ? 1 : 0);
        }
    }
}
